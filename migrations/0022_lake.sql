CREATE TABLE `lake_bests` (
	`series_id` integer NOT NULL,
	`product_id` integer NOT NULL,
	`rank` integer NOT NULL,
	`slot_at` integer NOT NULL,
	PRIMARY KEY(`series_id`, `product_id`),
	FOREIGN KEY (`series_id`) REFERENCES `series`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `lake_confirmed` (
	`snapshot_id` integer PRIMARY KEY NOT NULL,
	`month_id` integer NOT NULL,
	`rows_hash` blob NOT NULL,
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`month_id`) REFERENCES `lake_months`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `lake_confirmed_month` ON `lake_confirmed` (`month_id`);--> statement-breakpoint
CREATE TABLE `lake_months` (
	`id` integer PRIMARY KEY NOT NULL,
	`place` text NOT NULL,
	`folder` text NOT NULL,
	`table_id` text NOT NULL,
	`watch_id` integer NOT NULL,
	`month` text NOT NULL,
	`version` integer NOT NULL,
	`path` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` blob NOT NULL,
	`confirmed_at` integer NOT NULL,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `lake_months_file` ON `lake_months` (`place`,`folder`,`watch_id`,`month`);--> statement-breakpoint
CREATE TABLE `lake_snapshots` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer NOT NULL,
	`series_id` integer NOT NULL,
	`slot_at` integer NOT NULL,
	`data_date` text,
	`taken_at` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`moved` integer NOT NULL,
	`origin` text NOT NULL,
	`rows` integer NOT NULL,
	`interval_ms` integer NOT NULL,
	`content_hash` blob,
	`month_id` integer NOT NULL,
	`rows_hash` blob NOT NULL,
	FOREIGN KEY (`month_id`) REFERENCES `lake_months`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`series_id`,`watch_id`) REFERENCES `series`(`id`,`watch_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "lake_snapshots_status" CHECK(status IN ('complete', 'partial', 'stale', 'suspect', 'failed', 'missed')),
	CONSTRAINT "lake_snapshots_origin" CHECK(origin IN ('schedule', 'catchup', 'manual', 'import')),
	CONSTRAINT "lake_snapshots_rows" CHECK("rows" > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `lake_snapshots_slot` ON `lake_snapshots` (`watch_id`,`slot_at`);--> statement-breakpoint
CREATE INDEX `lake_snapshots_in_series` ON `lake_snapshots` (`series_id`,`slot_at`);