// The demo's tidemark.yaml: an ordinary config, loaded by the ordinary loader, so that it also
// shows what one looks like.

export type DemoEndpoints = { source: string; smtpPort: number; webhook: string; secret: string };

/** Ports are those of this run; the commands that read history do not need them. */
export const demoConfig = ({
  source,
  smtpPort,
  webhook,
  secret,
}: DemoEndpoints): string => `# Written by \`tidemark demo\`. The servers below ran only as long as the demo did; all
# commands that read history work: tidemark top us-daily --config THIS_FILE
database: ./tidemark.db
timezone: UTC

source:
  base_url: ${source}
  token: sandbox
  requests_per_second: 100
  daily_credits: 500

watches:
  us-daily: { region: US, time_scope: 1, depth: 500, schedule: "0 6 * * *" }
  gb-week:  { region: GB, time_scope: 7, depth: 200, schedule: "30 6 * * *" }
  # Real-looking products by what they sold: the list of the day before, 1 credit for 10 ranks.
  us-products: { list: product-ranking, region: US, period: day, depth: 100, schedule: "0 7 * * *" }

smtp:
  url: smtp://127.0.0.1:${smtpPort}
  from: Tidemark <alerts@tidemark.example>

channels:
  team-mail: { type: email, to: [ana@example.com] }
  hook: { type: webhook, url: "${webhook}", secret: ${secret}, allow_private: true }

rules:
  breakout:
    description: Climbs 40 places into the top 100
    watches: [us-daily]
    when: rank_gain >= 40 and rank <= 100
    cooldown: 7d
    notify: [team-mail, hook]
  top-10:
    description: Enters the top 10
    watches: [us-daily, gb-week]
    when: rank <= 10
    clear: rank > 13
    clear_for: 2
    cooldown: 7d
    resolved: true
    notify: [team-mail, hook]
  week-surge:
    description: Posts doubled within a week, from at least 100
    watches: [gb-week]
    when: posts_pct >= 100 and posts_before >= 100
    compare: 7d
    clear: posts_pct < 50
    severity: warning
    notify: [team-mail, hook]
  bestseller:
    description: Sells half as much again as the day before
    watches: [us-products]
    when: sold_pct >= 50 and sold_before >= 200 and rank <= 50
    cooldown: 7d
    notify: [team-mail, hook]
  record:
    description: A new best rank inside the top 20, after a month of history
    watches: [us-daily]
    when: rank = rank_best and rank_gain > 0 and rank <= 20 and slots_on_list > 30
    cooldown: 14d
    notify: [hook]

digests:
  weekly: { watches: [us-daily, gb-week, us-products], schedule: "0 8 * * 1", compare: 7d, top: 10, notify: [team-mail] }
`;
