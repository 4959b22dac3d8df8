// The one style sheet of all pages, by its parts. Later ones win over earlier ones.
import { CHARTS } from './charts.ts';
import { COLOURS } from './colours.ts';
import { FORMS } from './forms.ts';
import { FRAME } from './frame.ts';
import { LEADERS } from './leaders.ts';
import { MARKS } from './marks.ts';
import { SIZES } from './sizes.ts';
import { TABLES } from './tables.ts';
import { TEXT } from './text.ts';

/** What browsers load as `page.css`. */
export const STYLE = [COLOURS, TEXT, FRAME, TABLES, LEADERS, MARKS, FORMS, CHARTS, SIZES].join('');

/** The icon of the site: a rising tide. */
export const ICON = `
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#2f6fde"/>
<path d="M5 22l6-4 5 3 11-11" fill="none" stroke="#fff" stroke-width="3"
  stroke-linecap="round" stroke-linejoin="round"/>
</svg>`.trim();
