/** The one style sheet of all pages, light and dark. The design's tokens are its first lines. */
export const STYLE = `
:root { color-scheme: light dark;
  --ground:#f6f7f9; --card:#fff; --line:#e7eaf0; --ink:#1c2330; --soft:#5f6b7a; --faint:#9aa4b2;
  --blue:#2f6fde; --link:#2563c9; --up:#14804a; --down:#c5303a; --warn:#b7791f; --warn-text:#8a5a12; --chosen:#1c2330; --on-chosen:#fff; --band:#eef0f5; }
@media (prefers-color-scheme: dark) { :root {
  --ground:#111419; --card:#181c22; --line:#2a3038; --ink:#e7eaf0; --soft:#a9b2c0; --faint:#8a94a3;
  --blue:#6ea3ff; --link:#8ab4ff; --up:#4fd08f; --down:#ff8a80; --warn:#e0b060; --warn-text:#e0b060; --chosen:#e7eaf0; --on-chosen:#181c22; --band:#20252d; } }
* { box-sizing:border-box; }
html { font:14px/20px system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif; color:var(--ink); background:var(--ground); font-variant-numeric:tabular-nums; -webkit-text-size-adjust:100%; }
body { margin:0; } a { color:var(--link); text-decoration:none; } a:hover,main p a,.doc a { text-decoration:underline; } .row>* { min-width:0; max-width:100%; overflow-wrap:anywhere; } .also { min-width:0; }
:focus-visible { outline:2px solid var(--blue); outline-offset:2px; border-radius:4px; } main:focus { outline:0; }
h1 { font-size:20px; line-height:28px; font-weight:600; letter-spacing:-.01em; margin:0; overflow-wrap:anywhere; }
h2 { font-size:16px; line-height:24px; font-weight:600; margin:0; } h3 { font-size:14px; line-height:20px; font-weight:600; margin:0; }
p { margin:0 0 8px; } small,.small { font-size:12px; line-height:16px; } code,pre,textarea { font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace; font-size:13px; }
.soft { color:var(--soft); } .up { color:var(--up); } .down { color:var(--down); } .warn { color:var(--warn-text); }
.heard { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap; }
.skip { position:absolute; left:-999px; } .skip:focus { left:8px; top:8px; background:var(--card); padding:8px; z-index:9; }
header { background:var(--card); border-bottom:1px solid var(--line); }
header nav { display:flex; gap:20px; align-items:stretch; padding:0 24px; overflow-x:auto; height:47px; max-width:1320px; margin:auto; }
header nav>a { display:flex; align-items:center; color:var(--soft); white-space:nowrap; border-bottom:2px solid transparent; border-top:2px solid transparent; }
header nav>a:hover { color:var(--ink); text-decoration:none; } header nav>a[aria-current] { color:var(--ink); border-bottom-color:var(--blue); }
header .brand,header .brand:hover { color:var(--ink); font-weight:600; } .brand b { color:var(--blue); font-weight:600; }
.who { display:flex; gap:12px; align-items:center; margin-left:auto; color:var(--soft); white-space:nowrap; } .who form { margin:0; }
main { max-width:1128px; margin:0 auto; padding:24px; }
.head { display:flex; flex-wrap:wrap; gap:4px 16px; align-items:baseline; margin-bottom:16px; } .head>div:first-child { flex:1 1 420px; min-width:0; } .head p { margin:2px 0 0; color:var(--soft); overflow-wrap:anywhere; } .head strong { font-weight:400; color:var(--ink); }
.crumbs { color:var(--soft); margin:0 0 2px; }
.card { background:var(--card); border:1px solid var(--line); border-radius:10px; margin:0 0 24px; } .pad { padding:16px; } .pad>:last-child { margin-bottom:0; }
.row { display:flex; flex-wrap:wrap; gap:8px 16px; align-items:center; justify-content:space-between; margin:0 0 12px; }
.section { display:flex; flex-wrap:wrap; gap:4px 16px; align-items:baseline; justify-content:space-between; margin:0 0 8px; }
.facts { display:grid; grid-template-columns:repeat(auto-fit,minmax(140px,1fr)); } .facts>div { padding:14px 16px; border-left:1px solid var(--line); margin-left:-1px; min-width:0; } .facts dt,.facts .label { font-size:12px; line-height:16px; color:var(--soft); } .facts dd,.facts .value { margin:4px 0 0; font-size:18px; line-height:24px; font-weight:600; overflow-wrap:anywhere; } .facts small { font-weight:400; font-size:12px; } .facts .wide { grid-column:span 2; }
dl.facts { margin-top:0; }
.tabs { display:flex; max-width:100%; overflow-x:auto; border:1px solid var(--line); border-radius:6px; background:var(--card); } .tabs a { padding:4px 10px; color:var(--soft); white-space:nowrap; border-left:1px solid var(--line); } .tabs a:first-child { border-left:0; } .tabs a:hover { color:var(--ink); text-decoration:none; } .tabs a[aria-current] { background:var(--chosen); color:var(--on-chosen); }
.tabs a:focus-visible { outline-offset:-2px; }
.also { display:flex; gap:12px; font-size:12px; line-height:20px; color:var(--soft); flex-wrap:wrap; } .also a,.also summary { color:var(--soft); cursor:pointer; } .also a:hover,.also summary:hover { color:var(--link); }
.pop { position:relative; } .pop>summary { list-style:none; } .pop>summary::-webkit-details-marker { display:none; } .pop>div { position:absolute; right:0; z-index:5; background:var(--card); border:1px solid var(--line); border-radius:6px; padding:10px 12px; max-width:min(560px,88vw); width:max-content; overflow-wrap:anywhere; color:var(--ink); margin-top:4px; }
.scroll { overflow-x:auto; position:relative; } table { border-collapse:collapse; width:100%; } th { font-weight:400; font-size:12px; color:var(--soft); text-align:left; white-space:nowrap; } th a { color:inherit; } th[aria-sort] a { color:var(--ink); font-weight:600; }
td,th { padding:4px 12px; height:42px; border-top:1px solid var(--line); vertical-align:middle; } thead th { height:38px; border-top:0; } .dense td { height:34px; padding-top:0; padding-bottom:0; } td.n,th.n { text-align:right; white-space:nowrap; } td.w { white-space:nowrap; }
td.top { vertical-align:top; padding-top:10px; padding-bottom:10px; }
.sticky thead th { position:sticky; top:0; background:var(--card); z-index:1; box-shadow:inset 0 -1px var(--line); } thead th:first-child { border-top-left-radius:10px; } thead th:last-child { border-top-right-radius:10px; }
.rank { font-weight:600; width:1%; } .move { width:1%; } td.name { max-width:0; width:44%; min-width:150px; } .name div,.clip { overflow:hidden; text-overflow:ellipsis; white-space:nowrap; } .name a { color:var(--ink); font-weight:500; } .name a:hover { color:var(--link); } .name small { color:var(--soft); margin-left:6px; }
.by { font-size:12px; color:var(--soft); margin-left:6px; display:inline-block; min-width:56px; text-align:right; }
.dot { display:inline-block; width:8px; height:8px; border-radius:50%; background:var(--warn); margin-left:6px; vertical-align:1px; } .dot.info { background:var(--blue); } .dot.critical { background:var(--down); } .dot.quiet { background:var(--faint); } .dot.first { margin:0 6px 0 0; }
.spark { width:90px; height:24px; display:block; margin-left:auto; fill:none; stroke:var(--faint); stroke-width:1.5; stroke-linejoin:round; overflow:visible; } .spark path { vector-effect:non-scaling-stroke; } .spark .now { stroke:var(--blue); stroke-width:4.5; stroke-linecap:round; }
.banner { background:var(--card); border:1px solid var(--line); border-left:3px solid var(--warn); border-radius:6px; padding:8px 12px; color:var(--ink); } .bad { border-left-color:var(--down); }
#news:empty { display:none; } #news { position:sticky; top:8px; z-index:6; background:var(--chosen); color:var(--on-chosen); border-radius:6px; padding:8px 12px; } #news a { color:inherit; text-decoration:underline; }
.todo { margin:0; padding:0; list-style:none; } .todo li { padding:10px 16px; border-top:1px solid var(--line); overflow-wrap:anywhere; } .todo li:first-child { border-top:0; }
.cells { display:flex; gap:3px; flex-wrap:wrap; align-items:center; } .cell { display:block; width:12px; height:12px; border-radius:3px; border:1px solid transparent; } .complete { background:#4a9e71; } .partial { background:#cf9a4c; } .suspect,.failed { background:#d46a6f; } .stale { background:#8196b5; } .missed { border-color:var(--faint); } .none { background:transparent; }
.month { margin:0 0 16px; } .week { display:grid; grid-template-columns:repeat(7,12px); gap:3px; width:max-content; } .months { display:flex; flex-wrap:wrap; gap:20px 28px; } .legend { display:flex; flex-wrap:wrap; gap:4px 16px; } .legend span { display:flex; gap:6px; align-items:center; }
.status { white-space:nowrap; } .status .cell { display:inline-block; margin-right:6px; vertical-align:-1px; }
.line select,.line input:not([type=checkbox]) { display:block; } form.line { display:flex; flex-wrap:wrap; gap:8px; align-items:end; margin:0; } label { font-size:12px; line-height:16px; color:var(--soft); display:block; } input,select,textarea,button { font:inherit; color:var(--ink); background:var(--card); border:1px solid var(--faint); border-radius:6px; padding:5px 8px; max-width:100%; } textarea { width:100%; font:13px/19px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace; resize:vertical; } button { cursor:pointer; background:var(--chosen); color:var(--on-chosen); border-color:var(--chosen); } button.plain { background:transparent; color:var(--link); border:0; padding:0; } button.second { background:var(--card); color:var(--ink); border-color:var(--faint); }
.fields { display:grid; grid-template-columns:repeat(auto-fill,minmax(200px,1fr)); gap:12px; margin:0 0 12px; } .fields label { min-width:0; } .fields input,.fields select { width:100%; } .fields .all { grid-column:1/-1; }
.problem { color:var(--down); white-space:pre-wrap; overflow-wrap:anywhere; }
pre { margin:0; padding:12px 16px; overflow-x:auto; line-height:19px; } .wrap { white-space:pre-wrap; overflow-wrap:anywhere; }
.chart { padding:12px 12px 4px; } .chart svg { display:block; width:100%; height:auto; } .chart .grid { stroke:var(--line); } .chart .axis { fill:var(--soft); font-size:11px; } .chart .band { fill:var(--band); } .chart .deep { fill:url(#deep); } .chart .hatch { stroke:var(--line); } .chart .series { fill:none; stroke:var(--faint); stroke-width:1.5; } .chart .series.first { stroke:var(--blue); stroke-width:2; } .chart .dots { fill:var(--blue); } .chart .ring { fill:var(--card); stroke:var(--warn); stroke-width:2; } .chart .end { fill:var(--soft); font-size:11px; } .chart .end.first { fill:var(--blue); }
.chart .bar { fill:var(--faint); } .chart .bar.first { fill:var(--blue); }
.columns { display:grid; grid-template-columns:repeat(auto-fit,minmax(300px,1fr)); gap:0 24px; align-items:start; } .columns>* { min-width:0; }
.pager { display:flex; gap:16px; justify-content:center; padding:12px; border-top:1px solid var(--line); color:var(--soft); }
iframe { width:100%; height:75vh; border:0; border-radius:10px; background:#fff; display:block; }
.doc { padding:24px; max-width:860px; overflow-wrap:anywhere; } .doc h1,.doc h2,.doc h3 { margin:24px 0 8px; } .doc>:first-child { margin-top:0; } .doc table { display:block; overflow-x:auto; margin:0 0 12px; } .doc td,.doc th { height:auto; padding:6px 12px 6px 0; vertical-align:top; white-space:normal; } .doc pre { background:var(--ground); border-radius:6px; margin:0 0 12px; } .doc li { margin-bottom:4px; }
@media (max-width:760px) { .mid { display:none; } .by { display:none; } }
@media (max-width:560px) { .chart { overflow-x:auto; } .chart svg { min-width:620px; } .chart .axis,.chart .end { font-size:18px; } td.w,.w { white-space:normal; } main { padding:16px 12px; } header nav { padding:0 12px; gap:16px; } td,th { padding:4px 8px; } .far { display:none; } td.name { width:60%; } .name small { display:block; margin:0; overflow:hidden; text-overflow:ellipsis; } .narrow td { height:52px; } .spark { width:56px; } .facts { grid-template-columns:repeat(2,minmax(0,1fr)); } .doc { padding:16px; } .pop>div { right:auto; left:0; } }
@media print { header,.also,.tabs,form,.pager,#news,.skip { display:none; } html { background:#fff; } main { padding:0; max-width:none; } .card { border:0; } td { height:24px; } }
`;

/** The icon of the site: a rising tide. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2f6fde"/><path d="M5 22l6-4 5 3 11-11" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
