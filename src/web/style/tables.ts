/** Tables of figures, with heads that stay in sight. */
export const TABLES = `
.scroll { overflow-x:auto; position:relative; }
table { border-collapse:collapse; width:100%; }
th { font-weight:400; font-size:12px; color:var(--soft); text-align:left; white-space:nowrap; }
th a { color:inherit; }
th[aria-sort] a { color:var(--ink); font-weight:600; }
td,th { padding:4px 12px; height:42px; border-top:1px solid var(--line); vertical-align:middle; }
tbody th { font-size:14px; line-height:20px; color:var(--ink); white-space:normal; }
td time,th time { white-space:nowrap; }
thead th { height:38px; border-top:0; }
.dense :is(td,th) { height:34px; padding-top:0; padding-bottom:0; }
td.n,th.n { text-align:right; white-space:nowrap; }
td.w { white-space:nowrap; }
td.top { vertical-align:top; padding-top:10px; padding-bottom:10px; }
.sticky thead th {
  position:sticky; top:0; background:var(--card); z-index:1; box-shadow:inset 0 -1px var(--line);
}
thead th:first-child { border-top-left-radius:10px; }
thead th:last-child { border-top-right-radius:10px; }
tbody .name,.long { overflow-wrap:anywhere; }
tbody .name { min-width:136px; }
/* Names of any length leave a row two lines high. */
.two { display:-webkit-box; -webkit-box-orient:vertical; -webkit-line-clamp:2; overflow:hidden; }
.two a:focus-visible,a.two:focus-visible { outline-offset:-2px; }
.long { min-width:88px; }
td.text { max-width:360px; overflow-wrap:break-word; }
.tight :is(td,tbody th) { height:32px; }
.tight .card { margin-bottom:12px; }
.tight .card:last-child { margin-bottom:24px; }
.under { display:none; }
.name a { color:var(--ink); font-weight:500; }
.name a:hover,.name a:has(time),.under a { color:var(--link); }
.name a:has(time) { font-weight:400; }
.long a,.under a { font-weight:500; }
.by {
  font-size:12px; color:var(--soft); margin-left:6px; display:inline-block; min-width:56px;
  text-align:right;
}
`;
