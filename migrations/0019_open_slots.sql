CREATE TABLE `open_slots` (
	`watch_id` integer PRIMARY KEY NOT NULL,
	`series_id` integer NOT NULL,
	`slot_at` integer NOT NULL,
	`data_date` text,
	`asked_at` integer NOT NULL,
	`asks` integer NOT NULL,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`series_id`) REFERENCES `series`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
