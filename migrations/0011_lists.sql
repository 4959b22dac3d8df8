CREATE TABLE `categories` (
	`source` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`level` integer NOT NULL,
	`parent_id` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`source`, `id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `categories_by_name` ON `categories` (`name`);--> statement-breakpoint
CREATE TABLE `lists` (
	`source` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`observations` text NOT NULL,
	`declaration` text NOT NULL
) STRICT;
--> statement-breakpoint
DROP INDEX `products_upstream_id_unique`;--> statement-breakpoint
ALTER TABLE `products` ADD `source` text DEFAULT 'keyapi.top_products_insights' NOT NULL;--> statement-breakpoint
ALTER TABLE `products` ADD `link` text;--> statement-breakpoint
CREATE UNIQUE INDEX `products_of_source` ON `products` (`upstream_id`,`source`);--> statement-breakpoint
CREATE TABLE `__new_series` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer NOT NULL,
	`source` text NOT NULL,
	`region` text,
	`time_scope` integer,
	`category` text,
	`keyword` text,
	`depth` integer NOT NULL,
	`query_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`thinned_until_at` integer,
	`unfinished_from_at` integer,
	`list` text DEFAULT 'top-products' NOT NULL,
	`parameters` text NOT NULL,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "series_depth" CHECK(depth > 0)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_series`("id", "watch_id", "source", "region", "time_scope", "category", "keyword", "depth", "query_key", "created_at", "thinned_until_at", "unfinished_from_at", "list", "parameters") SELECT "id", "watch_id", "source", "region", "time_scope", "category", "keyword", "depth", "query_key", "created_at", "thinned_until_at", "unfinished_from_at", 'top-products', json_patch('{}', json_object('category', "category", 'keyword', "keyword", 'region', "region", 'time_scope', "time_scope")) FROM `series`;--> statement-breakpoint
DROP TABLE `series`;--> statement-breakpoint
ALTER TABLE `__new_series` RENAME TO `series`;--> statement-breakpoint
CREATE UNIQUE INDEX `series_query` ON `series` (`watch_id`,`query_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `series_of_watch` ON `series` (`id`,`watch_id`);--> statement-breakpoint
ALTER TABLE `requests` ADD `source` text DEFAULT 'keyapi' NOT NULL;--> statement-breakpoint
ALTER TABLE `snapshots` ADD `data_date` text;