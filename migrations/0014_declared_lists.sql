CREATE TABLE `lists` (
	`source` text PRIMARY KEY NOT NULL,
	`declaration` text NOT NULL
) STRICT, WITHOUT ROWID;
