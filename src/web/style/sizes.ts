/** What changes on small screens and on paper. It stands last, so that it wins. */
export const SIZES = `
@media (max-width:760px) {
  .mid { display:none; }
  .by { display:none; }
}
@media (max-width:560px) {
  .chart { overflow-x:auto; }
  .chart.time { direction:rtl; }
  .chart.time>* { direction:ltr; }
  .chart svg { min-width:620px; }
  .chart.small svg { min-width:0; }
  .chart .axis { font-size:18px; }
  .chart .end { font-size:15px; }
  .chart .again { display:inline; }
  main { padding:16px 12px; }
  header nav { padding:6px 12px; gap:0 12px; }
  header nav>a { height:32px; }
  td,th { padding:4px 8px; }
  thead th,thead th.n { white-space:normal; }
  .far { display:none; }
  tbody .name { width:75%; }
  .narrow td { height:52px; }
  .tight :is(td,th) { font-size:12px; padding:4px; }
  .tight tbody .name { min-width:80px; width:auto; white-space:nowrap; overflow-wrap:normal; }
  .pairs dt { flex-basis:88px; }
  .under {
    display:flex; flex-wrap:wrap; gap:0 10px; font-size:12px; line-height:16px; color:var(--soft);
    padding-top:2px;
  }
  .under time { white-space:nowrap; }
  .facts { grid-template-columns:repeat(2,minmax(0,1fr)); }
  .facts>div { border-top:1px solid var(--line); margin-top:-1px; }
  .doc { padding:16px; }
  .also { position:relative; }
  .pop { position:static; }
  .pop>div { right:auto; left:0; }
}
@media print {
  header,.also,.tabs,form,.pager,#news,.skip { display:none; }
  html { background:#fff; }
  main { padding:0; max-width:none; }
  .card { border:0; }
  td { height:24px; }
}
`;
