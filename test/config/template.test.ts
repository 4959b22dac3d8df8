import { expect, test } from 'vitest';
import { expressionChecker } from '../../src/alert/compile.ts';
import { CONFIG_TEMPLATE } from '../../src/config/template.ts';
import { load, problemsOf } from './read-yaml-config.ts';

test('the template is valid with nothing but KEYAPI_TOKEN set, down to its rules', () => {
  const { config, warnings } = load({
    yaml: CONFIG_TEMPLATE,
    env: { KEYAPI_TOKEN: 'sk_live_1' },
    checkExpression: expressionChecker(),
  });
  expect([
    config.watches.map(({ name }) => name),
    config.rules.map(({ name }) => name),
    config.channels.map(({ name }) => name),
    config.digests.map(({ name }) => name),
  ]).toEqual([['us-daily'], ['breakout', 'top-10'], ['team-mail'], ['weekly']]);
  expect(warnings.map(({ path }) => path)).toEqual(['smtp.url', 'channels.team-mail.to']);
});

test('without the token it says which variable to set', () => {
  expect(problemsOf({ yaml: CONFIG_TEMPLATE })).toEqual([
    '14:10 source.token: needs the environment variable KEYAPI_TOKEN, which is not set (got nothing)',
  ]);
});

test('the channels it only shows are valid once their comments are taken off', () => {
  const yaml = CONFIG_TEMPLATE.replace(
    /^ {2}# (hook:|slack:| {2}(type|url|secret|format):)/gm,
    '  $1',
  );
  const env = {
    KEYAPI_TOKEN: 'sk_live_1',
    HOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}`,
    SLACK_URL: 'https://hooks.example.com/x',
  };
  expect(
    load({ yaml, env }).config.channels.map((channel) => [
      channel.name,
      channel.kind === 'webhook' && channel.format,
    ]),
  ).toEqual([
    ['team-mail', false],
    ['hook', 'standard'],
    ['slack', 'slack'],
  ]);
});

test('no line is wider than a terminal', () => {
  expect(CONFIG_TEMPLATE.split('\n').filter((line) => line.length > 110)).toEqual([]);
});
