import { filledProblem, smtpUrlProblem } from '../formats.ts';
import { mailboxProblem } from '../mail-address.ts';
import { oneLine, secret } from '../secret-mark.ts';
import { file, section, text } from './values.ts';

/** Keys of `smtp`. */
export const smtp = section({
  url: secret(
    text(smtpUrlProblem).describe(
      'Mail server: smtp://user:password@host:port, or smtps:// for TLS from the start.',
    ),
    { standIn: 'smtp://spared.invalid' },
  ),
  password: secret(
    text()
      .optional()
      .describe(
        'Password of the mail server, instead of one in url; special characters as they are.',
      ),
    { checkFile: oneLine(filledProblem) },
  ),
  password_file: file().optional().describe('File that holds the password.'),
  from: text(mailboxProblem)
    .describe('Sender: an address, or a name and an address.')
    .meta({ examples: ['Tidemark <alerts@example.com>'] }),
});
