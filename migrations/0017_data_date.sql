CREATE TABLE `__new_snapshots` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer NOT NULL,
	`series_id` integer NOT NULL,
	`slot_at` integer NOT NULL,
	`data_date` text,
	`taken_at` integer,
	`status` text NOT NULL,
	`reason` text,
	`moved` integer DEFAULT false NOT NULL,
	`origin` text NOT NULL,
	`rows` integer DEFAULT 0 NOT NULL,
	`set_aside` integer DEFAULT 0 NOT NULL,
	`total` integer,
	`pages` integer DEFAULT 0 NOT NULL,
	`interval_ms` integer NOT NULL,
	`content_hash` blob,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`series_id`,`watch_id`) REFERENCES `series`(`id`,`watch_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "snapshots_status" CHECK(status IN ('complete', 'partial', 'stale', 'suspect', 'failed', 'missed')),
	CONSTRAINT "snapshots_origin" CHECK(origin IN ('schedule', 'catchup', 'manual', 'import')),
	CONSTRAINT "snapshots_moved" CHECK(moved IN (0, 1)),
	CONSTRAINT "snapshots_rows" CHECK("rows" >= 0 AND ("rows" = 0) = (status IN ('failed', 'missed') OR (status = 'stale' AND "rows" = 0))),
	CONSTRAINT "snapshots_data_date" CHECK(data_date IS NULL OR data_date GLOB '????-??-??'),
	CONSTRAINT "snapshots_taken" CHECK((taken_at IS NULL) = (status = 'missed')),
	CONSTRAINT "snapshots_reason" CHECK((reason IS NULL) = (status = 'complete'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_snapshots`("id", "watch_id", "series_id", "slot_at", "taken_at", "status", "reason", "moved", "origin", "rows", "set_aside", "total", "pages", "interval_ms", "content_hash") SELECT "id", "watch_id", "series_id", "slot_at", "taken_at", "status", "reason", "moved", "origin", "rows", "set_aside", "total", "pages", "interval_ms", "content_hash" FROM `snapshots`;--> statement-breakpoint
DROP TABLE `snapshots`;--> statement-breakpoint
ALTER TABLE `__new_snapshots` RENAME TO `snapshots`;--> statement-breakpoint
CREATE UNIQUE INDEX `snapshots_slot` ON `snapshots` (`watch_id`,`slot_at`);--> statement-breakpoint
CREATE INDEX `snapshots_in_series` ON `snapshots` (`series_id`,`slot_at`);--> statement-breakpoint
CREATE INDEX `snapshots_of_date` ON `snapshots` (`series_id`,`data_date`) WHERE data_date IS NOT NULL;