/** Charts and what stands beside them: columns, pagers, frames of mails, pages of the manual. */
export const CHARTS = `
.chart { padding:12px 12px 4px; }
.chart svg { display:block; width:100%; height:auto; }
.chart .grid { stroke:var(--line); }
.chart .axis { fill:var(--soft); font-size:11px; }
.chart .again { display:none; paint-order:stroke; stroke:var(--card); stroke-width:5px; }
.chart .band { fill:var(--band); }
.chart .deep { fill:url(#deep); }
.chart .hatch { stroke:var(--line); }
.chart .series { fill:none; stroke:var(--faint); stroke-width:1.5; }
.chart .series.first { stroke:var(--blue); stroke-width:2; }
.chart .series.alone { stroke-width:5; }
.chart .ring { fill:var(--card); stroke:var(--warn); stroke-width:2; }
.chart .end { fill:var(--soft); font-size:11px; paint-order:stroke; stroke:var(--card); stroke-width:4px; }
.chart .end.first { fill:var(--blue); }
.chart .bar { fill:var(--faint); }
.chart .bar.first { fill:var(--blue); }
.beside { display:flex; flex-wrap:wrap; gap:4px 16px; margin:0; padding:0; list-style:none; }
.beside li { display:flex; gap:0 6px; min-width:0; }
.beside bdi { overflow:hidden; text-overflow:ellipsis; white-space:nowrap; max-width:280px; }
.beside a { text-decoration:underline; flex:none; }
.columns {
  display:grid; grid-template-columns:repeat(auto-fit,minmax(300px,1fr)); gap:0 24px;
  align-items:start;
}
.columns>* { min-width:0; }
.pager {
  display:flex; gap:16px; justify-content:center; padding:12px; border-top:1px solid var(--line);
  color:var(--soft);
}
iframe { width:100%; height:75vh; border:0; border-radius:10px; background:#fff; display:block; }
.doc { padding:24px; max-width:860px; overflow-wrap:anywhere; }
.doc h1,.doc h2,.doc h3 { margin:24px 0 8px; }
.doc>:first-child { margin-top:0; }
.doc table { display:block; overflow-x:auto; margin:0 0 12px; }
.doc td,.doc th { height:auto; padding:6px 12px 6px 0; vertical-align:top; white-space:normal; }
.doc td:first-child { min-width:112px; }
.doc pre { background:var(--ground); border-radius:6px; margin:0 0 12px; }
.doc li { margin-bottom:4px; }
`;
