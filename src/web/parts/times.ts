// Times on a page: as the clocks of the config show them, with the instant for programs.
import { html } from 'ghtml';
import { isoTime, type Instant } from '../../lib/clock.ts';
import { zonedTime } from '../../lib/zoned-time.ts';
import { distanceText, shortTime, timeWithZone } from '../../words/times.ts';

const element = (at: Instant, text: string): string =>
  html`<time datetime="${isoTime(at)}">${text}</time>`;

/** `Fri 2026-11-20 06:00 UTC`, as HTML. */
export const fullTime = (at: Instant, zone: string): string => element(at, timeWithZone(at, zone));

/** `Fri 2026-11-20 06:00`, where the zone is named beside it. */
export const dayTime = (at: Instant, zone: string): string => element(at, zonedTime(at, zone));

/** `2026-11-20 06:00`, for tables. */
export const tableTime = (at: Instant, zone: string): string => element(at, shortTime(at, zone));

/** `3h ago`, with the time itself for whoever points at it. */
export const distance = (at: Instant, now: Instant, zone: string): string =>
  html`<time datetime="${isoTime(at)}" title="${timeWithZone(at, zone)}">${distanceText(at, now)}</time>`;
