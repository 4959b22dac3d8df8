// Mail addresses are checked by our own strict form, not by an address parser: parsers accept
// comments, groups and lists, and have sent mail to addresses that nobody wrote (CVE-2025-13033 and
// others).
import type { Check } from './formats.ts';

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const ADDRESS = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})*$`);
/** RFC 5321, 4.5.3.1: octets of a path without its angle brackets, and of a local part. */
const MAX_ADDRESS = 254;
const MAX_LOCAL = 64;

/** One bare `local@domain`, without name, comment, quotes or list. */
export const mailAddressProblem: Check = (text) => {
  if (text === '') return 'must not be empty';
  if (/[,;]/.test(text)) return 'must be one address; give each address an entry of its own';
  if (/[<>]/.test(text)) return 'must be a bare address such as ana@example.com, without a name';
  if (/[^\x00-\x7f]/.test(text))
    return 'must be ASCII; write an international domain in its xn-- form';
  return ADDRESS.test(text) && text.length <= MAX_ADDRESS && text.indexOf('@') <= MAX_LOCAL
    ? null
    : 'must be an address such as ana@example.com';
};

export type Mailbox = { name: string | null; address: string };

/** `Tidemark <alerts@example.com>` or a bare address; quotes around the name are taken off. */
export function parseMailbox(text: string): Mailbox {
  const [, quoted, plain, address] =
    /^(?:"([^"\\]*)"|([^"<>\\]*?))\s*<([^<>]*)>$/.exec(text.trim()) ?? [];
  if (address === undefined) return { name: null, address: text.trim() };
  return { name: (quoted ?? plain ?? '').trim() || null, address };
}

/** The sender: a bare address, or a name and an address in angle brackets. */
export const mailboxProblem: Check = (text) => {
  const { name, address } = parseMailbox(text);
  if (name !== null && /[\x00-\x1f\x7f]/.test(name)) return 'must be on one line';
  const problem = mailAddressProblem(address);
  return problem === null
    ? null
    : problem.replace(
        'must be a bare address such as ana@example.com, without a name',
        'must be an address, or a name and an address: Tidemark <alerts@example.com>',
      );
};

/** Header form. The name is quoted where a comma or the like would start a second address. */
export const formatMailbox = ({ name, address }: Mailbox): string => {
  if (name === null) return address;
  return `${/[()<>@,;:\\".[\]]/.test(name) ? `"${name}"` : name} <${address}>`;
};
