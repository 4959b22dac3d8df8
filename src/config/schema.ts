// The shape of tidemark.yaml: every key, its default, its check and its description, section by
// section. Validation (shape.ts), the JSON Schema (json-schema.ts) and the manual's reference all
// come from here.
import * as z from 'zod';
import { anyWatch, watchDefaults } from './sections/watch.ts';
import { channelKeys } from './channels/kinds.ts';
import { keyapiSection } from './sources/keyapi.ts';
import { sourceKeys } from './sources/kinds.ts';
import { smtp } from './sections/smtp.ts';
import { rule } from './sections/rule.ts';
import { digest } from './sections/digest.ts';
import { retention } from './sections/retention.ts';
import { backup } from './sections/backup.ts';
import { lake } from './sections/lake.ts';
import { heartbeat } from './sections/heartbeat.ts';
import { web } from './sections/web.ts';
import { must, text, timezone, locale, section, named, orEmpty } from './sections/values.ts';

/** All of tidemark.yaml. */
export const configSchema = section({
  database: text().default('./tidemark.db').describe('The SQLite file, relative to this file.'),
  timezone: timezone()
    .default('UTC')
    .describe('Time zone for schedules, digests and printed times.'),
  locale: locale()
    .default('en')
    .describe('Language tag (BCP 47) for numbers and dates in messages; their words are English.'),
  source: z
    .preprocess((value) => value ?? undefined, keyapiSection.optional())
    .describe('The API that ranks products: short for a source keyapi.'),
  sources: orEmpty(named(sourceKeys)).describe('Accounts at sources, by name.'),
  watch_defaults: watchDefaults
    .nullable()
    .default(null)
    .describe('What watches share: each takes of it what its list has and it does not say itself.'),
  watches: named(anyWatch).describe('The lists to track, by name.'),
  smtp: smtp.nullable().default(null).describe('The mail server, for e-mail channels.'),
  channels: orEmpty(named(channelKeys)).describe('Where messages go, by name.'),
  rules: orEmpty(named(rule)).describe('What to tell about, by name.'),
  digests: orEmpty(named(digest)).describe('Scheduled summaries, by name.'),
  retention: orEmpty(retention).describe('How long data is kept.'),
  backup: backup.nullable().default(null).describe('Copies that the daemon makes.'),
  lake: lake.nullable().default(null).describe('Files for engines of any size.'),
  heartbeat: heartbeat
    .nullable()
    .default(null)
    .describe("A dead man's switch that the daemon calls."),
  web: orEmpty(web).describe('What the daemon serves over HTTP.'),
}).meta({ title: 'tidemark.yaml' });

/**
 * The same schema where it is known which list each watch tracks: each watch then has the keys of
 * its list.
 */
export const schemaFor = (watches: Record<string, z.ZodType>): z.ZodType =>
  configSchema.extend({
    watches: z.object(watches, must('must be a mapping of names')),
  });

/** What every watch has in the file, besides the parameters of its list. */
type WatchKeys = { depth: number; schedule: string; timezone?: string };

/** The file as zod returns it: checked and with its defaults, still in the file's own words. */
export type ConfigFile = Omit<z.output<typeof configSchema>, 'watches'> & {
  watches: Record<string, WatchKeys & Record<string, unknown>>;
};
