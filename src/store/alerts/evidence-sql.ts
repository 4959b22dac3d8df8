// Parts of stored evidence (evidence.ts) for SQL. The JSON of versions before held all by its name.

/** Joins what the evidence of alerts `a` shares with that of others, as `said` and `names`. */
export const EVIDENCE_JOINS = `
  LEFT JOIN evidence_texts said ON said.id = json_extract(a.evidence, '$.said')
  LEFT JOIN evidence_texts names ON names.id = json_extract(a.evidence, '$.names')`;

/** What the rule said, such as `when`. */
export const saidSql = (name: string): string =>
  `json_extract(coalesce(said.text, a.evidence), '$.${name}')`;

/** The same without the joins, of the column `evidence` or `resolved_evidence`. */
export const ofRuleSql = (column: string, name: string): string =>
  `json_extract(coalesce((SELECT text FROM evidence_texts WHERE id = json_extract(${column}, '$.said')), ${column}), '$.${name}')`;

/** A value of the change row; NULL where its list has no such column. */
export const changedSql = (name: string): string =>
  `json_extract(a.evidence, CASE WHEN names.id IS NULL THEN '$.change.${name}' ELSE json_extract(names.text, '$.${name}') END)`;
