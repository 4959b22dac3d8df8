CREATE TABLE `channel_health` (
	`channel` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`failing_since_at` integer,
	`reason` text,
	`held_until_at` integer,
	`disabled_at` integer,
	`told_at` integer,
	`told_through` text,
	CONSTRAINT "channel_health_failing" CHECK((failures = 0) = (failing_since_at IS NULL)),
	CONSTRAINT "channel_health_told" CHECK((told_at IS NULL) = (told_through IS NULL))
) STRICT, WITHOUT ROWID;
