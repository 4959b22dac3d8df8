/** Dots, banners, lists of what to do, and cells of a calendar. */
export const MARKS = `
.dot {
  display:inline-block; width:8px; height:8px; border-radius:50%; background:var(--warn);
  margin-left:6px; vertical-align:1px;
}
.dot.info { background:var(--blue); }
.dot.critical { background:var(--down); }
.dot.quiet { background:var(--faint); }
.dot.first { margin:0 6px 0 0; }
.banner {
  background:var(--card); border:1px solid var(--line); border-left:3px solid var(--warn);
  border-radius:6px; padding:8px 12px; margin-bottom:16px; color:var(--ink);
}
.bad { border-left-color:var(--down); }
#news:empty { display:none; }
#news {
  position:fixed; bottom:16px; left:50%; transform:translateX(-50%); width:max-content;
  max-width:calc(100vw - 32px); margin:0; z-index:6; background:var(--chosen);
  color:var(--on-chosen); border-radius:6px; padding:8px 12px;
}
#news a { color:inherit; text-decoration:underline; }
.todo { margin:0; padding:0; list-style:none; }
.todo li { padding:10px 16px; border-top:1px solid var(--line); overflow-wrap:anywhere; }
.todo li:first-child { border-top:0; }
.cells { display:flex; gap:3px; flex-wrap:wrap; align-items:center; }
.cell { display:block; width:12px; height:12px; border-radius:3px; border:1px solid transparent; }
.complete { background:#4a9e71; }
.partial { background:#cf9a4c; }
.suspect,.failed { background:#d46a6f; }
.stale { background:#8196b5; }
.missed { border-color:var(--faint); }
.none { background:transparent; }
.month { margin:0 0 16px; }
.week { display:grid; grid-template-columns:repeat(7,12px); gap:3px; width:max-content; }
.months { display:flex; flex-wrap:wrap; gap:20px 28px; }
.legend { display:flex; flex-wrap:wrap; gap:4px 16px; }
.legend span { display:flex; gap:6px; align-items:center; }
.status { white-space:nowrap; }
.status .cell { display:inline-block; margin-right:6px; vertical-align:-1px; }
`;
