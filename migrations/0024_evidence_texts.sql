CREATE TABLE `evidence_texts` (
	`id` integer PRIMARY KEY NOT NULL,
	`text` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `evidence_texts_text_unique` ON `evidence_texts` (`text`);