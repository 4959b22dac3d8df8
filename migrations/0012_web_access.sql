CREATE TABLE `web_sessions` (
	`hash` blob PRIMARY KEY NOT NULL,
	`role` text NOT NULL,
	`password` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer NOT NULL,
	CONSTRAINT "web_sessions_role" CHECK(role IN ('viewer', 'operator'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `web_tokens` (
	`name` text PRIMARY KEY NOT NULL,
	`hash` blob NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	CONSTRAINT "web_tokens_scopes" CHECK(scopes <> '')
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `web_tokens_hash_unique` ON `web_tokens` (`hash`);