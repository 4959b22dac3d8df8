import { describe, expect, test } from 'vitest';
import { load, problemsOf, tokenOf } from './read-yaml-config.ts';

const YAML = [
  'source: { token: "${KEYAPI_TOKEN}" }',
  'watches: { us: { region: US, schedule: "0 6 * * *" }, twin: { region: US, schedule: "0 6 * * *" } }',
  'smtp: { url: "smtp://user@${MAIL_HOST}:587", password_file: /run/secrets/mail, from: a@example.com }',
  'channels:',
  '  team: { type: email, to: [ana@example.com] }',
  '  hook: { type: webhook, url: "https://example.com/${PATH_OF_HOOK}", secret: ["${NEW_SECRET}", "${OLD_SECRET}"], headers: { Authorization: "Bearer ${BEARER}" } }',
  '  slack: { type: webhook, format: slack, url_file: slack.url, secret_file: slack.secret }',
];

describe('a command that needs no secrets', () => {
  test('reads a config whose variables are not set and whose secret files are not there, and everything else in it', () => {
    const { config, warnings } = load({ yaml: YAML, secrets: 'spared' });
    expect(config.channels.map(({ name, kind }) => [name, kind])).toEqual([
      ['team', 'email'],
      ['hook', 'webhook'],
      ['slack', 'webhook'],
    ]);
    expect(config.smtp).toMatchObject({ from: 'a@example.com' });
    expect(config.watches).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  test('never holds one, even where they could be read', () => {
    const env = {
      KEYAPI_TOKEN: 'sk_live_hunter2',
      MAIL_HOST: 'hunter2.example.com',
      PATH_OF_HOOK: 'hunter2',
      NEW_SECRET: 'hunter2',
      OLD_SECRET: 'hunter2',
      BEARER: 'hunter2',
    };
    const files = {
      '/run/secrets/mail': 'hunter2',
      '/etc/tidemark/slack.url': 'https://hooks.example.com/hunter2',
      '/etc/tidemark/slack.secret': 'hunter2',
    };
    const { config } = load({ yaml: YAML, env, files, secrets: 'spared' });
    const revealed = [
      tokenOf(config.sources[0]),
      config.smtp?.url.reveal(),
      ...config.channels.map((channel) => (channel.kind === 'webhook' ? channel.url.reveal() : '')),
    ];
    expect(revealed.join(' ')).not.toContain('hunter2');
  });

  test('is told all the same what else is wrong', () => {
    expect(
      problemsOf({
        secrets: 'spared',
        yaml: [
          'source: { token: "${KEYAPI_TOKEN}", base_url: "${BASE}" }',
          'watches: { us: { region: us, schedule: "0 6 * * *" } }',
          'channels: { hook: { type: webhook, secrets: x } }',
        ],
      }),
    ).toEqual([
      '1:47 source.base_url: needs the environment variable BASE, which is not set (got nothing)',
      '2:26 watches.us.region: must be two capital letters (ISO 3166-1), or all_regions; did you mean "US"? (got "us")',
      expect.stringMatching(/^3:\d+ channels\.hook\.url: is required: give url or url_file/),
      expect.stringMatching(/^3:\d+ channels\.hook\.secrets: .*did you mean "secret"/),
    ]);
    expect(
      problemsOf({
        secrets: 'spared',
        yaml: ['source: {}', 'watches: { us: { region: US, schedule: "0 6 * * *" } }'],
      }),
    ).toEqual(['1:1 source.token: is required: give token or token_file (got nothing)']);
  });
});
