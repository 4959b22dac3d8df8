CREATE TABLE `recipient_refusals` (
	`channel` text NOT NULL,
	`recipient` text NOT NULL,
	`refusals` integer NOT NULL,
	`reason` text NOT NULL,
	`suppressed_at` integer,
	`told_through` text,
	PRIMARY KEY(`channel`, `recipient`)
) STRICT, WITHOUT ROWID;
