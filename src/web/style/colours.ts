/** The design's tokens, light and dark. */
export const COLOURS = `
:root {
  color-scheme: light dark;
  --ground:#f6f7f9; --card:#fff; --line:#e7eaf0; --band:#eef0f5;
  --ink:#1c2330; --soft:#5f6b7a; --faint:#9aa4b2; --blue:#2f6fde; --link:#2563c9;
  --up:#14804a; --down:#c5303a; --warn:#b7791f; --warn-text:#8a5a12;
  --chosen:#1c2330; --on-chosen:#fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground:#111419; --card:#181c22; --line:#2a3038; --band:#20252d;
    --ink:#e7eaf0; --soft:#a9b2c0; --faint:#8a94a3; --blue:#6ea3ff; --link:#8ab4ff;
    --up:#4fd08f; --down:#ff8a80; --warn:#e0b060; --warn-text:#e0b060;
    --chosen:#e7eaf0; --on-chosen:#181c22;
  }
}
`;
