// Commands on pages: they have to run as they stand, wherever they are copied to.
import { asCalled } from '../../words/as-called.ts';
import type { WebDeps } from '../deps.ts';

type Context = { deps: Pick<WebDeps, 'called'> };

/** One command as it has to be typed. What follows its name stays as it is: it may be a query. */
export const typed = ({ deps }: Context, command: string): string =>
  command.replace(/^tidemark \S+/, (start) => asCalled(deps.called, start));

/** A text of ours with its commands as they have to be typed. */
export const withTyped = ({ deps }: Context, text: string): string => asCalled(deps.called, text);
