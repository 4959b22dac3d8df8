// The end of a digest: why it came, and what there is to do about it.
import type { DigestFacts, DigestWatch } from '../../message/digest.ts';
import { commandText } from '../../words/shell-text.ts';
import type { PageLinks } from '../page-links.ts';
import { shortInstant } from './list-words.ts';
import type { DigestPage } from './page.ts';

/** More lists than this are on the page, but not each in the footer. */
const LISTS_NAMED = 10;

/** Why it came, and the commands that a reader may want. */
export function footer(data: DigestFacts, channel: string): DigestPage['footer'] {
  const rule = data.alerts[0]?.rule;
  return [
    {
      text: `You get this because the digest ${data.digest} notifies the channel "${channel}". To stop it, take the channel out of the digest in tidemark.yaml.`,
      command: null,
    },
    {
      text: 'To mute alerts for a week:',
      command: commandText(['silence', 'add'], {
        ...(rule === undefined ? { watch: data.watches[0]?.watch } : { rule }),
        until: '7d',
        reason: 'known',
      }),
    },
    {
      text: 'To see this digest again, with all its figures:',
      command: commandText(['digest', data.digest], {
        period: data.origin === 'schedule' ? shortInstant(data.slot_at) : undefined,
        full: data.detail === 'short' ? true : undefined,
      }),
    },
  ];
}

/** The list of a watch as the digest tells of it. */
export const listUrl = (
  links: PageLinks | undefined,
  { compare }: DigestFacts,
  watch: DigestWatch | undefined,
): string | undefined => watch && links?.watch(watch.watch, { compare, ...atOf(watch) });

const atOf = ({ snapshot }: DigestWatch) => (snapshot === null ? {} : { at: snapshot.slot_at });

/** Why it came, and what there is to do, by a click. */
export function pageFooter(
  data: DigestFacts,
  channel: string,
  links: PageLinks,
): DigestPage['footer'] {
  const rule = data.alerts[0]?.rule;
  const watch = data.watches[0]?.watch;
  const { unsubscribe } = links;
  const link = (text: string, url: string | undefined) =>
    url === undefined ? [] : [{ text, command: null, url }];
  return [
    {
      text: `You get this because the digest ${data.digest} notifies the channel "${channel}".`,
      command: null,
    },
    ...link('Get no more of this digest', unsubscribe ?? undefined),
    ...data.watches
      .slice(0, LISTS_NAMED)
      .flatMap((one) => link(`See the list of ${one.watch}`, listUrl(links, data, one))),
    ...(rule === undefined ? [] : link(`Mute ${rule}`, links.mute({ rule }))),
    ...(rule !== undefined || watch === undefined
      ? []
      : link(`Mute alerts of ${watch}`, links.mute({ watch }))),
  ];
}
