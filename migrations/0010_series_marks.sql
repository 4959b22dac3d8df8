ALTER TABLE `series` ADD `thinned_until_at` integer;--> statement-breakpoint
ALTER TABLE `series` ADD `unfinished_from_at` integer;--> statement-breakpoint
UPDATE `series` SET `unfinished_from_at` = (
	SELECT min(s.slot_at) FROM snapshots s
	WHERE s.series_id = `series`.`id` AND s.origin = 'import' AND s.status IN ('complete', 'partial')
		AND (SELECT o.rank_best FROM observations o WHERE o.snapshot_id = s.id LIMIT 1) IS NULL
);