/** Tables of figures, with heads that stay in sight. */
export const TABLES = `
.scroll { overflow-x:auto; position:relative; }
table { border-collapse:collapse; width:100%; }
th { font-weight:400; font-size:12px; color:var(--soft); text-align:left; white-space:nowrap; }
th a { color:inherit; }
th[aria-sort] a { color:var(--ink); font-weight:600; }
td,th { padding:4px 12px; height:42px; border-top:1px solid var(--line); vertical-align:middle; }
thead th { height:38px; border-top:0; }
.dense td { height:34px; padding-top:0; padding-bottom:0; }
td.n,th.n { text-align:right; white-space:nowrap; }
td.w { white-space:nowrap; }
td.top { vertical-align:top; padding-top:10px; padding-bottom:10px; }
.sticky thead th {
  position:sticky; top:0; background:var(--card); z-index:1; box-shadow:inset 0 -1px var(--line);
}
thead th:first-child { border-top-left-radius:10px; }
thead th:last-child { border-top-right-radius:10px; }
td.name { max-width:0; width:44%; min-width:150px; }
.clip { overflow:hidden; text-overflow:ellipsis; white-space:nowrap; }
.name a { color:var(--ink); font-weight:500; }
.name a:hover { color:var(--link); }
.by {
  font-size:12px; color:var(--soft); margin-left:6px; display:inline-block; min-width:56px;
  text-align:right;
}
`;
