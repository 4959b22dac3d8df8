CREATE TABLE `__new_troubles` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer,
	`rule_id` integer,
	`source` text,
	`kind` text NOT NULL,
	`since_slot_at` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	`text` text NOT NULL,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`rule_id`) REFERENCES `rules`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "troubles_kind" CHECK(kind IN ('failing', 'out_of_credits', 'unauthorised', 'frozen', 'incomplete', 'rule_failing')),
	CONSTRAINT "troubles_subject" CHECK((source IS NULL) = (watch_id IS NOT NULL) AND (rule_id IS NULL OR watch_id IS NOT NULL))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_troubles`("id", "watch_id", "kind", "since_slot_at", "opened_at", "closed_at", "text") SELECT "id", "watch_id", "kind", "since_slot_at", "opened_at", "closed_at", "text" FROM `troubles`;--> statement-breakpoint
DROP TABLE `troubles`;--> statement-breakpoint
ALTER TABLE `__new_troubles` RENAME TO `troubles`;--> statement-breakpoint
CREATE UNIQUE INDEX `troubles_open` ON `troubles` (`watch_id`) WHERE closed_at IS NULL AND rule_id IS NULL AND watch_id IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `troubles_open_of_rule` ON `troubles` (`rule_id`) WHERE closed_at IS NULL AND rule_id IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `troubles_open_of_source` ON `troubles` (`source`) WHERE closed_at IS NULL AND source IS NOT NULL;