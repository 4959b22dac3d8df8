/**
 * The table of a leaderboard. Its cells are told apart by where they stand, without a class each:
 * a list has thousands of them. Columns: rank, move, name, line, metrics, best.
 */
export const LEADERS = `
.leaders td { text-align:right; white-space:nowrap; }
.leaders td:first-child { font-weight:600; width:1%; }
.leaders td:nth-child(2) { width:1%; }
.leaders tbody th { max-width:0; width:44%; min-width:150px; }
.leaders td[colspan] { text-align:left; font-weight:400; white-space:normal; }
.leaders div {
  display:flex; align-items:baseline; position:relative; overflow:hidden; white-space:nowrap;
}
.leaders div :is(a,small) { overflow:hidden; text-overflow:ellipsis; }
.leaders div a { color:var(--ink); font-weight:500; flex:0 1 auto; }
.leaders .dot { flex:none; }
/* Its box cuts off what is outside of it. */
.leaders a:focus-visible { outline-offset:-2px; }
.leaders div a:hover { color:var(--link); }
.leaders div small { color:var(--soft); margin-left:6px; flex:0 999 auto; }
.leaders td>small {
  font-size:12px; color:var(--soft); margin-left:6px; display:inline-block; min-width:56px;
  text-align:right;
}
.leaders td>svg {
  width:90px; height:24px; display:block; margin-left:auto; fill:none; stroke:var(--faint);
  stroke-width:1.5; stroke-linejoin:round; overflow:visible;
}
.leaders path { vector-effect:non-scaling-stroke; }
#now { fill:var(--blue); stroke:none; }
@media (max-width:760px) {
  .leaders td:nth-child(n+5):last-child,.leaders td>small { display:none; }
}
@media (max-width:560px) {
  .leaders tbody th { width:60%; }
  .leaders div { display:grid; grid-template-columns:minmax(0,max-content) 1fr; }
  .leaders div small { grid-column:1/-1; margin:0; }
  .leaders td:nth-child(4),.leaders td:nth-child(n+6) { display:none; }
}
`;
