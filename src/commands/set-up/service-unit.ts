// The text of a systemd unit. What it allows is what Tidemark needs, and no more.
import { dirname } from 'node:path';

export type UnitFacts = {
  kind: 'system' | 'user';
  /** Node, its options, and the file of the program. */
  program: readonly string[];
  /** Absolute paths. */
  config: string;
  database: string;
  /** Who the database belongs to, where that is not in the state folder of a service. */
  user: string | null;
  /** Secret files of the config that systemd can hand over: a name, and the path. */
  credentials: readonly { name: string; path: string }[];
};

/** Where systemd keeps the state of a system service: `StateDirectory=tidemark`. */
export const STATE_FOLDER = '/var/lib/tidemark';

/** Quotes an argument of ExecStart, where `%` and `$` have a meaning and blanks end a word. */
export const unitWord = (text: string): string => {
  const escaped = text.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./$-]+$/.test(text)
    ? escaped
    : `"${escaped.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
};

/** A path in a setting that takes several. */
const unitPath = (path: string): string =>
  /\s/.test(path) ? `"${path.replaceAll('%', '%%')}"` : path.replaceAll('%', '%%');

/** The whole unit, with what to do with it as comments at its head. */
export function unitText(facts: UnitFacts): string {
  const { kind, program, config } = facts;
  const start = [...program, 'run', '--config', config].map(unitWord).join(' ');
  const lines = [
    ...headOf(facts),
    '[Unit]',
    'Description=Tidemark: snapshots of ranked lists, with alerts',
    'Documentation=man:systemd.service(5)',
    ...(kind === 'system' ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    '# A config that is wrong is told once, and not for ever.',
    'StartLimitIntervalSec=10min',
    'StartLimitBurst=5',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${start}`,
    // A shell can send signals; the program `kill` is not on every Debian.
    `ExecReload=/bin/sh -c 'kill -HUP $MAINPID'`,
    'Restart=on-failure',
    'RestartSec=10s',
    '# A pass under way is given up, and messages that are claimed are given back.',
    'TimeoutStopSec=60s',
    'Environment=NODE_ENV=production',
    '# One helper for memory less than there are processors, instead of always four: they give way to',
    '# nobody, and while a page is read the daemon waits for them.',
    'Environment=NODE_OPTIONS=--v8-pool-size=0',
    '# glibc gives memory back to the system instead of keeping some for each thread: 4 MB less.',
    'Environment=MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072',
    ...(kind === 'system' ? systemLines(facts) : USER_LINES),
    '',
    '[Install]',
    `WantedBy=${kind === 'system' ? 'multi-user.target' : 'default.target'}`,
    '',
  ];
  return lines.join('\n');
}

function headOf({ kind, config, credentials }: UnitFacts): string[] {
  const user = kind === 'user' ? ' --user' : '';
  const path =
    kind === 'user'
      ? '~/.config/systemd/user/tidemark.service'
      : '/etc/systemd/system/tidemark.service';
  return [
    `# Save as ${path}, then:`,
    `#   systemctl${user} daemon-reload && systemctl${user} enable --now tidemark`,
    ...(kind === 'user'
      ? ['#   loginctl enable-linger    # so that it runs while you are not there']
      : []),
    `# After an edit of ${config}:  systemctl${user} reload tidemark`,
    ...credentials.map(
      ({ name }) => `# In the config:  ..._file: \${CREDENTIALS_DIRECTORY}/${name}`,
    ),
    '',
  ];
}

/** Lines for the unit of a user, whose systemd may restrict less than that of the system. */
const USER_LINES = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictSUIDSGID=yes',
  'RestrictRealtime=yes',
  'SystemCallArchitectures=native',
  'UMask=0077',
];

function systemLines({ config, program, database, user, credentials }: UnitFacts): string[] {
  const inState = dirname(database) === STATE_FOLDER;
  const isAtHome = [...program, config, database].some((path) => /^\/(home|root)\//.test(path));
  return [
    '',
    ...(inState || user === null
      ? [
          '# A user of its own, made when it starts; the database is in /var/lib/tidemark.',
          'DynamicUser=yes',
        ]
      : [`User=${user}`]),
    'StateDirectory=tidemark',
    'StateDirectoryMode=0750',
    `WorkingDirectory=${unitPath(inState ? STATE_FOLDER : dirname(database))}`,
    ...(inState ? [] : [`ReadWritePaths=${unitPath(dirname(database))}`]),
    'UMask=0027',
    ...(credentials.length === 0 ? [] : ['# Secrets stay files of root, and are handed over.']),
    ...credentials.map(({ name, path }) => `LoadCredential=${name}:${unitPath(path)}`),
    '',
    'ProtectSystem=strict',
    `ProtectHome=${isAtHome ? 'read-only' : 'yes'}`,
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'PrivateUsers=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectProc=invisible',
    'ProcSubset=pid',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'AmbientCapabilities=',
    'LockPersonality=yes',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'RemoveIPC=yes',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallErrorNumber=EPERM',
    '# Not MemoryDenyWriteExecute: the JavaScript engine compiles while it runs.',
  ];
}
