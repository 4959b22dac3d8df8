// A choice among names, in a form.
import { html } from 'ghtml';

/** A labelled list of names; `chosen` is the one that is selected, `any` what stands for none. */
export function pickField(
  { key, label, any }: { key: string; label: string; any: string },
  names: readonly string[],
  chosen: string | undefined,
): string {
  const options = names.map(
    (one) => html`<option!${chosen === one ? ' selected' : ''}>${one}</option>`,
  );
  return html`<label>${label}<select name="${key}">
<option value="">${any}</option>!${options}</select></label>`;
}
