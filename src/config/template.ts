/**
 * What `tidemark init` writes. It is valid as it is, with `KEYAPI_TOKEN` set; only the addresses
 * below `smtp` and `channels` are examples.
 */
export const CONFIG_TEMPLATE = `# Tidemark. Check this file with:  tidemark check
# All keys:  tidemark schema > tidemark.schema.json
# (VS Code with the YAML extension completes and checks them after a first line of
#  "# yaml-language-server: $schema=./tidemark.schema.json")
#
# A value such as \${KEYAPI_TOKEN} comes from the environment; $\${ is a plain \${ .
# Secrets can also stand in files of their own: token_file, password_file, url_file, secret_file.

database: ./tidemark.db          # one SQLite file, relative to this file
timezone: UTC                    # for schedules, digests and printed times

source:
  base_url: https://api.keyapi.ai
  token: \${KEYAPI_TOKEN}
  requests_per_second: 1
  daily_credits: 500             # never exceeded, per UTC day; null for no limit

# The lists to track. 100 ranks are 5 requests of 2 credits each.
watches:
  us-daily:
    region: US                   # two capital letters, or all_regions
    time_scope: 1                # days the list looks back: 1, 7 or 30
    depth: 100                   # how many ranks to track
    schedule: "0 6 * * *"        # minute, hour, day of month, month, day of week
    timezone: America/New_York

# The mail server. EDIT ME, or remove smtp and the channel of type email.
smtp:
  url: smtp://tidemark@mail.example.com:587
  # password_file: ./smtp-password   # or password: \${SMTP_PASSWORD}
  from: Tidemark <alerts@example.com>

# Where messages go. EDIT ME.
channels:
  team-mail:
    type: email
    to: [ana@example.com]
  # hook:
  #   type: webhook
  #   url: https://example.com/hook
  #   secret: \${HOOK_SECRET}    # whsec_ and the base64 of 24 to 64 bytes
  # slack:
  #   type: webhook
  #   url: \${SLACK_URL}
  #   format: slack              # standard, slack, discord or teams

# When to tell. "when" is a SQL condition over one product's change: its rank and metrics now
# (rank, posts, ctr ...), at the baseline (rank_before ...), and the difference (rank_gain ...).
rules:
  breakout:
    description: Climbs 20 places into the top 50
    when: rank_gain >= 20 and rank <= 50
    notify: [team-mail]
  top-10:
    description: Enters the top 10
    when: rank <= 10
    clear: rank > 15             # it counts as gone below 15 only, so that it does not flap at the edge
    cooldown: 3d                 # at most one message in three days for one product
    notify: [team-mail]

# A summary of the week, on Mondays at eight.
digests:
  weekly:
    schedule: "0 8 * * 1"
    timezone: America/New_York   # as the watch, so that it comes after the snapshot of its day
    compare: 7d
    top: 20
    notify: [team-mail]

# The page, at http://127.0.0.1:8710. Other machines need auth: tidemark help web
web:
  listen: 127.0.0.1:8710

retention:
  raw_pages: 30d                 # pages as served
  messages: 400d                 # what delivered messages said
  ledger: 400d                   # requests sent, of which credit_use is made
  # observations: { all: 365d, then: weekly }   # thins what is older; without it every snapshot is kept
`;
