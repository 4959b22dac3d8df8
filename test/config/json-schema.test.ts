import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { CONFIG_TEMPLATE } from '../../src/config/template.ts';

const schema = configJsonSchema();
// Unions are how an empty section is allowed, and `required` inside oneOf is how one of two keys is wanted.
const validate = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  validateFormats: false,
}).compile(schema);
const accepts = (yaml: string): boolean => validate(parse(yaml));

const LEAST = 'source: { token: t }\nwatches: { us: { region: US, schedule: "0 6 * * *" } }\n';
const watch = (keys: string) =>
  `source: { token: t }\nwatches: { us: { region: US, schedule: "0 6 * * *", ${keys} } }\n`;

describe('an editor accepts', () => {
  test.each([
    ['the template', CONFIG_TEMPLATE],
    ['the least configuration', LEAST],
    [
      'sections with nothing below them',
      `${LEAST}rules:\nchannels:\ndigests:\nsmtp:\nretention:\nbackup:\nheartbeat:\nweb:\n`,
    ],
    ['a number from the environment', watch('depth: "${DEPTH}"')],
    [
      'a region from the environment',
      'source: { token: t }\nwatches: { us: { region: "${REGION}", schedule: "0 6 * * *" } }',
    ],
    ['a category as a number', watch('category: 601583')],
    [
      'null for no limit',
      'source: { token_file: t, daily_credits: null }\nwatches: { us: { region: US, schedule: "0 6 * * *" } }',
    ],
    [
      'a list of secrets',
      `${LEAST}channels: { h: { type: webhook, url: https://example.com, secret: [a, b] } }`,
    ],
  ])('%s', (_, yaml) => expect(accepts(yaml)).toBe(true));
});

describe('an editor refuses', () => {
  test.each([
    ['a misspelt key', `${LEAST}timezon: UTC`],
    ['a misspelt key of a watch', watch('depht: 10')],
    ['a misspelt key of a rule', `${LEAST}rules: { up: { when: rank > 1, notfy: [a] } }`],
    [
      'a misspelt key of a channel',
      `${LEAST}channels: { a: { type: email, to: [a@example.com], too: 1 } }`,
    ],
    ['an unknown severity', `${LEAST}rules: { up: { when: rank > 1, severity: warn } }`],
    ['a duration without unit', `${LEAST}rules: { up: { when: rank > 1, cooldown: "3" } }`],
    ['a depth out of range', watch('depth: 10001')],
    [
      'a region in lower case',
      'source: { token: t }\nwatches: { us: { region: us, schedule: "0 6 * * *" } }',
    ],
    ['a watch without schedule', 'source: { token: t }\nwatches: { us: { region: US } }'],
    ['no watches', 'source: { token: t }'],
    ['no token', 'source: {}\nwatches: { us: { region: US, schedule: "0 6 * * *" } }'],
  ])('%s', (_, yaml) => expect(accepts(yaml)).toBe(false));
});

test('it is of draft 2020-12, and describes every key', () => {
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');

  const undescribed: string[] = [];
  let keys = 0;
  const walk = (node: unknown, path: string): void => {
    if (Array.isArray(node)) node.forEach((item) => walk(item, path));
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { properties = {}, ...rest } = node as {
      properties?: Record<string, { description?: string }>;
    };
    for (const [key, value] of Object.entries(properties)) {
      keys += 1;
      if (!value.description?.endsWith('.')) undescribed.push(`${path}.${key}`);
      walk(value, `${path}.${key}`);
    }
    Object.values(rest).forEach((value) => walk(value, path));
  };
  walk(schema, '');
  expect(undescribed).toEqual([]);
  expect(keys).toBeGreaterThan(50);
});

test('it shows the defaults', () => {
  const { properties } = schema as {
    properties: Record<
      string,
      { default?: unknown; properties: Record<string, { default?: unknown }> }
    >;
  };
  expect([
    properties.timezone?.default,
    properties.source?.properties.daily_credits?.default,
    properties.source?.properties.requests_per_second?.default,
  ]).toEqual(['UTC', 500, 1]);
});
