CREATE TABLE `lake_lasts` (
	`series_id` integer NOT NULL,
	`product_id` integer NOT NULL,
	`rank` integer NOT NULL,
	`slot_at` integer NOT NULL,
	PRIMARY KEY(`series_id`, `product_id`),
	FOREIGN KEY (`series_id`) REFERENCES `series`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `lake_snapshots` ADD `packed` blob;