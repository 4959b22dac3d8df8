CREATE TABLE `alerts` (
	`id` integer PRIMARY KEY NOT NULL,
	`rule_id` integer NOT NULL,
	`rule_revision` integer NOT NULL,
	`severity` text NOT NULL,
	`watch_id` integer NOT NULL,
	`series_id` integer NOT NULL,
	`product_id` integer NOT NULL,
	`snapshot_id` integer NOT NULL,
	`baseline_id` integer,
	`slot_at` integer NOT NULL,
	`fired_at` integer NOT NULL,
	`quiet` text,
	`told_slot_at` integer,
	`reminded_slot_at` integer,
	`resolved_slot_at` integer,
	`resolved_at` integer,
	`resolved_snapshot_id` integer,
	`resolved_reason` text,
	`evidence` text NOT NULL,
	`resolved_evidence` text,
	FOREIGN KEY (`rule_id`) REFERENCES `rules`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`series_id`) REFERENCES `series`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`baseline_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resolved_snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "alerts_severity" CHECK(severity IN ('info', 'warning', 'critical')),
	CONSTRAINT "alerts_resolved" CHECK((resolved_at IS NULL) = (resolved_reason IS NULL)),
	CONSTRAINT "alerts_told" CHECK((quiet IS NULL) = (told_slot_at IS NOT NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_episode` ON `alerts` (`rule_id`,`series_id`,`product_id`,`slot_at`);--> statement-breakpoint
CREATE INDEX `alerts_by_slot` ON `alerts` (`slot_at`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`id` integer PRIMARY KEY NOT NULL,
	`delivery_id` integer NOT NULL,
	`number` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`outcome` text,
	`status_code` integer,
	`reason` text,
	`excerpt` text,
	FOREIGN KEY (`delivery_id`) REFERENCES `deliveries`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_number` ON `attempts` (`delivery_id`,`number`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY NOT NULL,
	`notification_id` integer NOT NULL,
	`channel` text NOT NULL,
	`recipient` text NOT NULL,
	`message_id` text NOT NULL,
	`state` text NOT NULL,
	`payload` blob,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`lease_owner` text,
	`lease_until_at` integer,
	`delivered_at` integer,
	`reason` text,
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deliveries_state" CHECK(state IN ('pending', 'sending', 'delivered', 'dead', 'expired', 'cancelled')),
	CONSTRAINT "deliveries_lease" CHECK((state = 'sending') = (lease_owner IS NOT NULL) AND (lease_owner IS NULL) = (lease_until_at IS NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_message_id_unique` ON `deliveries` (`message_id`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`channel`,`next_attempt_at`) WHERE state IN ('pending', 'sending');--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_recipient` ON `deliveries` (`notification_id`,`recipient`);--> statement-breakpoint
CREATE TABLE `digests` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`slot_at` integer NOT NULL,
	`since_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`outcome` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `digests_period` ON `digests` (`name`,`slot_at`);--> statement-breakpoint
CREATE TABLE `notification_alerts` (
	`notification_id` integer NOT NULL,
	`alert_id` integer NOT NULL,
	`event` text NOT NULL,
	PRIMARY KEY(`notification_id`, `alert_id`),
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "notification_alerts_event" CHECK(event IN ('fired', 'reminder', 'resolved'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `notification_alerts_of_alert` ON `notification_alerts` (`alert_id`);--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`type` text NOT NULL,
	`channel` text NOT NULL,
	`watch_id` integer,
	`snapshot_id` integer,
	`created_at` integer NOT NULL,
	`message` text NOT NULL,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_key_unique` ON `notifications` (`key`);--> statement-breakpoint
CREATE TABLE `observations` (
	`snapshot_id` integer NOT NULL,
	`product_id` integer NOT NULL,
	`rank` integer NOT NULL,
	`posts` integer,
	`posts_growth` real,
	`impressions` integer,
	`likes` integer,
	`comments` integer,
	`shares` integer,
	`ctr` real,
	`cvr` real,
	`view_rate_6s` real,
	`cpa` real,
	`cost` real,
	`rank_best` integer,
	`slots_on_list` integer,
	`streak` integer,
	`rank_z_e4` integer,
	`posts_z_e4` integer,
	`impressions_z_e4` integer,
	PRIMARY KEY(`snapshot_id`, `product_id`),
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "observations_rank" CHECK("rank" > 0)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `product_records` (
	`series_id` integer NOT NULL,
	`product_id` integer NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`rank_best` integer NOT NULL,
	`slots_on_list` integer NOT NULL,
	PRIMARY KEY(`series_id`, `product_id`),
	FOREIGN KEY (`series_id`) REFERENCES `series`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `products` (
	`id` integer PRIMARY KEY NOT NULL,
	`upstream_id` text NOT NULL,
	`name` text NOT NULL,
	`category_l1` text,
	`category_l2` text,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `products_upstream_id_unique` ON `products` (`upstream_id`);--> statement-breakpoint
CREATE TABLE `raw_pages` (
	`snapshot_id` integer NOT NULL,
	`page` integer NOT NULL,
	`taken_at` integer NOT NULL,
	`body` blob NOT NULL,
	PRIMARY KEY(`snapshot_id`, `page`),
	FOREIGN KEY (`snapshot_id`) REFERENCES `snapshots`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `raw_pages_by_time` ON `raw_pages` (`taken_at`);--> statement-breakpoint
CREATE TABLE `requests` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer NOT NULL,
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
CREATE INDEX `requests_by_time` ON `requests` (`started_at`);--> statement-breakpoint
CREATE INDEX `requests_of_pass` ON `requests` (`watch_id`,`slot_at`);--> statement-breakpoint
CREATE TABLE `rule_states` (
	`rule_id` integer NOT NULL,
	`series_id` integer NOT NULL,
	`product_id` integer NOT NULL,
	`state` text NOT NULL,
	`for_count` integer NOT NULL,
	`clear_count` integer NOT NULL,
	`alert_id` integer,
	`told_slot_at` integer,
	PRIMARY KEY(`rule_id`, `series_id`, `product_id`),
	FOREIGN KEY (`rule_id`) REFERENCES `rules`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`series_id`) REFERENCES `series`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "rule_states_state" CHECK(state IN ('idle', 'pending', 'open') AND (state = 'open') = (alert_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `rule_watermarks` (
	`rule_id` integer NOT NULL,
	`series_id` integer NOT NULL,
	`last_slot_at` integer NOT NULL,
	PRIMARY KEY(`rule_id`, `series_id`),
	FOREIGN KEY (`rule_id`) REFERENCES `rules`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`series_id`) REFERENCES `series`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `rules` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`revision` integer NOT NULL,
	`semantic_hash` text NOT NULL,
	`definition` text NOT NULL,
	`active` integer DEFAULT true NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "rules_active" CHECK(active IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `rules_name_unique` ON `rules` (`name`);--> statement-breakpoint
CREATE TABLE `series` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer NOT NULL,
	`source` text NOT NULL,
	`region` text NOT NULL,
	`time_scope` integer NOT NULL,
	`category` text,
	`keyword` text,
	`depth` integer NOT NULL,
	`query_key` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "series_depth" CHECK(depth > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `series_query` ON `series` (`watch_id`,`query_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `series_of_watch` ON `series` (`id`,`watch_id`);--> statement-breakpoint
CREATE TABLE `silences` (
	`id` integer PRIMARY KEY NOT NULL,
	`rule` text,
	`watch` text,
	`product` text,
	`until_at` integer,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`removed_at` integer,
	CONSTRAINT "silences_scope" CHECK(rule IS NOT NULL OR watch IS NOT NULL OR product IS NOT NULL)
) STRICT;
--> statement-breakpoint
CREATE TABLE `snapshots` (
	`id` integer PRIMARY KEY NOT NULL,
	`watch_id` integer NOT NULL,
	`series_id` integer NOT NULL,
	`slot_at` integer NOT NULL,
	`taken_at` integer,
	`status` text NOT NULL,
	`reason` text,
	`moved` integer DEFAULT false NOT NULL,
	`origin` text NOT NULL,
	`rows` integer DEFAULT 0 NOT NULL,
	`set_aside` integer DEFAULT 0 NOT NULL,
	`total` integer,
	`pages` integer DEFAULT 0 NOT NULL,
	`interval_ms` integer NOT NULL,
	`content_hash` blob,
	FOREIGN KEY (`watch_id`) REFERENCES `watches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`series_id`,`watch_id`) REFERENCES `series`(`id`,`watch_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "snapshots_status" CHECK(status IN ('complete', 'partial', 'stale', 'suspect', 'failed', 'missed')),
	CONSTRAINT "snapshots_origin" CHECK(origin IN ('schedule', 'catchup', 'manual', 'import')),
	CONSTRAINT "snapshots_moved" CHECK(moved IN (0, 1)),
	CONSTRAINT "snapshots_rows" CHECK("rows" >= 0 AND ("rows" = 0) = (status IN ('failed', 'missed'))),
	CONSTRAINT "snapshots_taken" CHECK((taken_at IS NULL) = (status = 'missed')),
	CONSTRAINT "snapshots_reason" CHECK((reason IS NULL) = (status = 'complete'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `snapshots_slot` ON `snapshots` (`watch_id`,`slot_at`);--> statement-breakpoint
CREATE INDEX `snapshots_in_series` ON `snapshots` (`series_id`,`slot_at`);--> statement-breakpoint
CREATE INDEX `snapshots_by_content` ON `snapshots` (`content_hash`);--> statement-breakpoint
CREATE TABLE `watches` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`schedule` text NOT NULL,
	`timezone` text NOT NULL,
	`active` integer DEFAULT true NOT NULL,
	`scheduled_from_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "watches_active" CHECK(active IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `watches_name_unique` ON `watches` (`name`);