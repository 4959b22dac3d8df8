// Which views a file has, for commands that describe them.
import { openReadOnly } from '../file/open-readonly.ts';
import { listsInUse } from '../series/list-tables.ts';
import type { View } from './view.ts';
import { viewsOf } from './views.ts';

/**
 * The views of this program on a file: also those of each list that a watch has used.
 * @throws AppError `database_unusable`
 */
export function viewsIn(path: string): readonly View[] {
  const raw = openReadOnly(path);
  try {
    return viewsOf(listsInUse(raw));
  } finally {
    raw.close();
  }
}
