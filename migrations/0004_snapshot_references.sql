DROP INDEX `snapshots_by_content`;--> statement-breakpoint
CREATE INDEX `alerts_of_snapshot` ON `alerts` (`snapshot_id`);--> statement-breakpoint
CREATE INDEX `alerts_of_baseline` ON `alerts` (`baseline_id`) WHERE baseline_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `alerts_of_resolve` ON `alerts` (`resolved_snapshot_id`) WHERE resolved_snapshot_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `notifications_of_snapshot` ON `notifications` (`snapshot_id`) WHERE snapshot_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `requests_of_snapshot` ON `requests` (`snapshot_id`) WHERE snapshot_id IS NOT NULL;