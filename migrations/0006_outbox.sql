ALTER TABLE `channel_health` ADD `failed_at` integer;--> statement-breakpoint
ALTER TABLE `channel_health` ADD `failing_days` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `payload_kind` text;--> statement-breakpoint
CREATE INDEX `deliveries_waiting` ON `deliveries` (`channel`) WHERE state IN ('pending', 'sending');--> statement-breakpoint
CREATE INDEX `deliveries_expiring` ON `deliveries` (`expires_at`) WHERE state IN ('pending', 'sending');--> statement-breakpoint
CREATE INDEX `deliveries_payload` ON `deliveries` (`notification_id`) WHERE payload IS NOT NULL AND state IN ('delivered', 'expired', 'cancelled');