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
  .chart .axis,.chart .end { font-size:18px; }
  .chart .again { display:inline; }
  td.w,.w { white-space:normal; }
  main { padding:16px 12px; }
  header nav { padding:0 12px; gap:16px; }
  td,th { padding:4px 8px; }
  .far { display:none; }
  td.name { width:60%; }
  .narrow td { height:52px; }
  .facts { grid-template-columns:repeat(2,minmax(0,1fr)); }
  .doc { padding:16px; }
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
