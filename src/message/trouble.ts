// What a message about trouble says. These are JSON bodies of webhooks, so their keys are
// snake_case.

/** The source, a rule, a channel or the backup or the lake does not work, or works again. */
export type TroubleMessage = {
  type: 'source.trouble' | 'rule.trouble' | 'channel.trouble' | 'backup.trouble' | 'lake.trouble';
  timestamp: string;
  data: {
    /** Name of the source, the watch, the rule or the channel; `backup`, `lake`. */
    subject: string;
    kind: string;
    state: 'trouble' | 'recovered';
    since: string;
    /** What happened and what to do, in one or two sentences. */
    text: string;
  };
};
