/**
 * A digest has hundreds of cells, and Gmail cuts a page at about 102 KB. So cells have classes, and
 * no styles of their own. What matters most is in attributes too (widths, alignment, the table's
 * padding), for programs that drop style sheets. Gmail ignores a sheet of more than 8 KB.
 */
export const DIGEST_STYLE = `
  h1,h2 { margin:0; color:#1c2330; overflow-wrap:anywhere; } h1 { font-size:20px; line-height:26px; } h2 { font-size:16px; line-height:22px; }
  p { margin:0 0 3px; } img { border:0; }
  .s { padding:24px 28px 0; font-size:14px; line-height:20px; color:#1c2330; }
  .o { font-size:12px; line-height:17px; color:#5f6b7a; overflow-wrap:anywhere; }
  .h { font-size:13px; line-height:18px; color:#5f6b7a; overflow-wrap:anywhere; }
  .bad { color:#b7791f; font-weight:600; }
  .up { color:#14804a; } .down { color:#c5303a; } .level { color:#5f6b7a; }
  .a,.b,.c,.n { border-top:1px solid #e9ecf1; font-size:14px; line-height:20px; color:#1c2330; padding:8px 0; }
  .a { width:92px; padding-right:8px; font-size:16px; font-weight:600; } .a div { font-size:12px; line-height:17px; font-weight:400; }
  .b { overflow-wrap:anywhere; } .c { width:96px; padding-left:8px; }
  .n { padding:5px 0 5px 8px; font-size:13px; line-height:18px; white-space:nowrap; } .n:first-child { width:60%; padding-left:0; white-space:normal; overflow-wrap:anywhere; }
  .x { padding:0 0 5px; } .x,.k { border-top:0; }
  .k { padding:4px 0 4px 8px; white-space:nowrap; } .k:first-child { padding-left:0; }
  .spark { width:96px; height:28px; } .bars { font:12px/17px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace; color:#4a8fe7; white-space:nowrap; }
  .t { max-width:0; width:100%; padding:0 0 0 6px; } .t div { height:28px; font-size:14px; line-height:28px; white-space:nowrap; overflow:hidden; text-overflow:ellipsis; color:#1c2330; }
  .t small { font-size:12px; line-height:1px; } .t .o { font-size:12px; color:#5f6b7a; } .bump { width:240px; padding:0; }
  .tile { padding:4px 8px 4px 0; } .v { font-size:20px; line-height:26px; font-weight:600; color:#1c2330; }
  .rule { margin:8px 0 0; overflow-wrap:anywhere; padding-left:10px; border-left:4px solid #2f6fde; } .warning { border-color:#b7791f; } .critical { border-color:#c5303a; }
  @media (prefers-color-scheme: dark) {
    h1,h2,.s,.a,.b,.c,.n,.t div,.v { color:#e7eaf0; } .o,.h,.t .o { color:#a9b2c0; } .a,.b,.c,.n { border-color:#333a45; } .bad { color:#e0b060; }
  }
  @media (max-width: 480px) {
    .s { padding-left:14px; padding-right:14px; } .a { width:74px; } .c,.spark { width:72px; } .bump { width:116px; } .t div { font-size:13px; } .t .w { display:none; } .t small { font-size:11px; } .y { display:block !important; overflow-wrap:anywhere; } .tile { display:inline-block; width:47%; } .n,.k { padding-left:4px; white-space:normal; overflow-wrap:normal; } .n { font-size:12px; } .n:first-child { width:auto; }
  }`;
