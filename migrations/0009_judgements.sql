CREATE TABLE `judgements` (
	`snapshot_id` integer PRIMARY KEY NOT NULL,
	`note` text,
	`shortfall` text,
	`spread` real,
	`spread_pairs` integer,
	`spread_gap_ms` integer,
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
