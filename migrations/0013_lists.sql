DROP INDEX `products_upstream_id_unique`;--> statement-breakpoint
ALTER TABLE `products` ADD `source` text DEFAULT 'keyapi.top_products_insights' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `products_of_source` ON `products` (`source`,`upstream_id`);--> statement-breakpoint
CREATE TABLE `__new_series` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer NOT NULL,
	`source` text NOT NULL,
	`region` text,
	`time_scope` integer,
	`category` text,
	`keyword` text,
	`parameters` text,
	`depth` integer NOT NULL,
	`query_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`thinned_until_at` integer,
	`unfinished_from_at` integer,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "series_depth" CHECK(depth > 0)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_series`("id", "watch_id", "source", "region", "time_scope", "category", "keyword", "depth", "query_key", "created_at", "thinned_until_at", "unfinished_from_at") SELECT "id", "watch_id", "source", "region", "time_scope", "category", "keyword", "depth", "query_key", "created_at", "thinned_until_at", "unfinished_from_at" FROM `series`;--> statement-breakpoint
DROP TABLE `series`;--> statement-breakpoint
ALTER TABLE `__new_series` RENAME TO `series`;--> statement-breakpoint
CREATE UNIQUE INDEX `series_query` ON `series` (`watch_id`,`query_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `series_of_watch` ON `series` (`id`,`watch_id`);