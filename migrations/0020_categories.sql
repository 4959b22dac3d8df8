CREATE TABLE `categories` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`parent_id` text,
	`level` integer NOT NULL,
	`fetched_at` integer NOT NULL
) STRICT;
