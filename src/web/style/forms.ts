/** Forms, and what they answer. */
export const FORMS = `
.line select,.line input:not([type=checkbox]) { display:block; }
form.line { display:flex; flex-wrap:wrap; gap:8px; align-items:end; margin:0; }
form.line.row { justify-content:start; gap:8px 12px; margin-bottom:12px; }
form.pad>label { margin-bottom:12px; }
form.pad>label select { display:block; margin-top:2px; }
form.line+.card { margin-top:12px; }
label { font-size:12px; line-height:16px; color:var(--soft); display:block; }
input,select,textarea,button {
  font:inherit; color:var(--ink); background:var(--card); border:1px solid var(--faint);
  border-radius:6px; padding:5px 8px; max-width:100%;
}
textarea {
  width:100%; font:13px/19px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace; resize:vertical;
}
button {
  cursor:pointer; background:var(--chosen); color:var(--on-chosen); border-color:var(--chosen);
}
button.plain { background:transparent; color:var(--link); border:0; padding:0; }
button.second { background:var(--card); color:var(--ink); border-color:var(--faint); }
.fields {
  display:grid; grid-template-columns:repeat(auto-fill,minmax(200px,1fr)); gap:12px;
  margin:0 0 12px;
}
.fields label { min-width:0; }
.fields input,.fields select { width:100%; }
.fields .all { grid-column:1/-1; }
.so-far .scroll { max-height:320px; }
.so-far:has(~.came) { display:none; }
.problem { color:var(--down); white-space:pre-wrap; overflow-wrap:anywhere; }
pre { margin:0; padding:12px 16px; overflow-x:auto; line-height:19px; }
.wrap { white-space:pre-wrap; overflow-wrap:anywhere; }
`;
