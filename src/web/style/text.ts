/** Letters: what every page starts from, headings, and what only screen readers hear. */
export const TEXT = `
* { box-sizing:border-box; }
html {
  font:14px/20px system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;
  color:var(--ink); background:var(--ground); font-variant-numeric:tabular-nums;
  -webkit-text-size-adjust:100%;
  /* What is focused comes to lie neither below heads that stay in sight, nor below news. */
  scroll-padding:48px 0 64px;
}
body { margin:0; }
a { color:var(--link); text-decoration:none; }
a:hover,main p a,.doc a { text-decoration:underline; }
.row>* { min-width:0; max-width:100%; overflow-wrap:anywhere; }
.also { min-width:0; }
:focus-visible { outline:2px solid var(--blue); outline-offset:2px; border-radius:4px; }
main:focus { outline:0; }
h1 {
  font-size:20px; line-height:28px; font-weight:600; letter-spacing:-.01em; margin:0;
  overflow-wrap:anywhere;
}
h2 { font-size:16px; line-height:24px; font-weight:600; margin:0; }
h3 { font-size:14px; line-height:20px; font-weight:600; margin:0; }
p { margin:0 0 8px; }
small,.small { font-size:12px; line-height:16px; }
code,pre,textarea {
  font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace; font-size:13px;
}
.soft { color:var(--soft); }
.up { color:var(--up); }
.down { color:var(--down); }
.warn { color:var(--warn-text); }
.heard {
  position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%);
  white-space:nowrap;
}
.skip { position:absolute; left:-999px; }
.skip:focus { left:8px; top:8px; background:var(--card); padding:8px; z-index:9; }
`;
