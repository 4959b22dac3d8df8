CREATE TABLE `digest_schedules` (
	`name` text PRIMARY KEY NOT NULL,
	`schedule` text NOT NULL,
	`timezone` text NOT NULL,
	`scheduled_from_at` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `alerts_by_firing` ON `alerts` (`fired_at`);--> statement-breakpoint
CREATE INDEX `alerts_by_resolve` ON `alerts` (`resolved_at`);