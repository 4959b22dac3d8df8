/**
 * What stands around the content: navigation, heads, cards, facts, tabs, and links to other forms
 * of a page.
 */
export const FRAME = `
header { background:var(--card); border-bottom:1px solid var(--line); }
header nav {
  display:flex; flex-wrap:wrap; gap:0 20px; padding:0 24px; max-width:1320px; margin:auto;
}
header nav>a {
  display:flex; align-items:center; color:var(--soft); white-space:nowrap; height:47px;
  border-bottom:2px solid transparent; border-top:2px solid transparent;
}
header nav a:focus-visible { outline-offset:-2px; }
header nav>a:hover { color:var(--ink); text-decoration:none; }
header nav>a[aria-current] { color:var(--ink); border-bottom-color:var(--blue); }
header .brand,header .brand:hover { color:var(--ink); font-weight:600; }
.brand b { color:var(--blue); font-weight:600; }
.who {
  display:flex; gap:12px; align-items:center; margin-left:auto; color:var(--soft);
  white-space:nowrap;
}
.who form { margin:0; }
main { max-width:1128px; margin:0 auto; padding:24px; }
.head { display:flex; flex-wrap:wrap; gap:4px 16px; align-items:baseline; margin-bottom:16px; }
.head>div:first-child { flex:1 1 420px; min-width:0; }
.head time,.whole { white-space:nowrap; }
.head p { margin:2px 0 0; color:var(--soft); overflow-wrap:anywhere; }
.head strong { font-weight:400; color:var(--ink); }
.crumbs { color:var(--soft); margin:0 0 2px; }
.card { background:var(--card); border:1px solid var(--line); border-radius:10px; margin:0 0 24px; }
.pad { padding:16px; }
.pad>:last-child { margin-bottom:0; }
.row {
  display:flex; flex-wrap:wrap; gap:8px 16px; align-items:center; justify-content:space-between;
  margin:0 0 12px;
}
.section {
  display:flex; flex-wrap:wrap; gap:4px 16px; align-items:baseline; justify-content:space-between;
  margin:0 0 8px;
}
.facts {
  display:grid; grid-template-columns:repeat(auto-fit,minmax(140px,1fr)); overflow:hidden;
}
.facts>div { padding:14px 16px; border-left:1px solid var(--line); margin-left:-1px; min-width:0; }
.facts dt,.facts .label { font-size:12px; line-height:16px; color:var(--soft); }
.facts dd,.facts .value {
  margin:4px 0 0; font-size:18px; line-height:24px; font-weight:600; overflow-wrap:anywhere;
}
/* Figures that lead somewhere stand beside words: colour alone would not tell them apart. */
.facts dd a { text-decoration:underline 1px var(--faint); text-underline-offset:3px; }
.facts small { font-weight:400; font-size:12px; }
.facts .wide { grid-column:span 2; }
dl.facts { margin-top:0; }
.pairs { padding:8px 16px; margin-top:0; }
.pairs>div { display:flex; gap:4px 16px; padding:4px 0; }
.pairs dt { flex:0 0 112px; color:var(--soft); }
.pairs dd { margin:0; min-width:0; overflow-wrap:anywhere; }
.tabs {
  display:flex; flex-wrap:wrap; max-width:100%; border:1px solid var(--line); border-radius:6px;
  background:var(--card); overflow:hidden;
}
.tabs a {
  flex:1 0 auto; padding:4px 10px; margin:-1px 0 0 -1px; color:var(--soft); text-align:center;
  white-space:nowrap; border:1px solid var(--line); border-width:1px 0 0 1px;
}
.tabs a:hover { color:var(--ink); text-decoration:none; }
.tabs a[aria-current] { background:var(--chosen); color:var(--on-chosen); }
.tabs a:focus-visible { outline-offset:-2px; }
.also {
  display:flex; gap:12px; font-size:12px; line-height:20px; color:var(--soft); flex-wrap:wrap;
}
.also a,.also summary { color:var(--soft); cursor:pointer; }
.also a:hover,.also summary:hover { color:var(--link); }
.pop { position:relative; }
.pop>summary { list-style:none; }
.pop>summary::-webkit-details-marker { display:none; }
.pop>div {
  position:absolute; right:0; z-index:5; background:var(--card); border:1px solid var(--line);
  border-radius:6px; padding:10px 12px; max-width:min(560px,88vw); width:max-content;
  overflow-wrap:anywhere; color:var(--ink); margin-top:4px;
}
`;
