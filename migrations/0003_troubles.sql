CREATE TABLE `troubles` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer NOT NULL,
	`kind` text NOT NULL,
	`since_slot_at` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	`text` text NOT NULL,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "troubles_kind" CHECK(kind IN ('failing', 'out_of_credits', 'unauthorised', 'frozen', 'incomplete'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `troubles_open` ON `troubles` (`watch_id`) WHERE closed_at IS NULL;