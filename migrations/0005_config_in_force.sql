CREATE TABLE `config_in_force` (
	`id` integer PRIMARY KEY NOT NULL,
	`path` text NOT NULL,
	`fingerprint` text NOT NULL,
	`queries` text NOT NULL,
	`applied_at` integer NOT NULL,
	CONSTRAINT "config_in_force_one" CHECK(id = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `__new_requests` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer,
	`slot_at` integer NOT NULL,
	`snapshot_id` integer,
	`page` integer NOT NULL,
	`attempt` integer NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` integer,
	`http_status` integer,
	`body_code` integer,
	`outcome` text,
	`detail` text,
	`credits` integer NOT NULL,
	`upstream_request_id` text,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_requests`("id", "watch_id", "slot_at", "snapshot_id", "page", "attempt", "started_at", "duration_ms", "http_status", "body_code", "outcome", "detail", "credits", "upstream_request_id") SELECT "id", "watch_id", "slot_at", "snapshot_id", "page", "attempt", "started_at", "duration_ms", "http_status", "body_code", "outcome", "detail", "credits", "upstream_request_id" FROM `requests`;--> statement-breakpoint
DROP TABLE `requests`;--> statement-breakpoint
ALTER TABLE `__new_requests` RENAME TO `requests`;--> statement-breakpoint
CREATE INDEX `requests_by_time` ON `requests` (`started_at`);--> statement-breakpoint
CREATE INDEX `requests_of_pass` ON `requests` (`watch_id`,`slot_at`);--> statement-breakpoint
CREATE INDEX `requests_of_snapshot` ON `requests` (`snapshot_id`) WHERE snapshot_id IS NOT NULL;