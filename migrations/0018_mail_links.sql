CREATE TABLE `unsubscribed` (
	`channel` text NOT NULL,
	`recipient` text NOT NULL,
	`topic` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`channel`, `recipient`, `topic`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `web_keys` (
	`purpose` text PRIMARY KEY NOT NULL,
	`key` blob NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
