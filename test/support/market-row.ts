// What a row of the simulated market says, by the words of the store. Written out, and not read from
// the declaration of the list: so a mistake there is seen.
import type { ListRow } from '../../src/sandbox/list-row.ts';

/** Its metrics by column. */
export const marketMetrics = (row: ListRow) => ({
  posts: row.post,
  posts_growth: row.post_change,
  impressions: row.impression,
  likes: row.like,
  comments: row.comment,
  shares: row.share,
  ctr: row.ctr,
  cvr: row.cvr,
  view_rate_6s: row.play_six_rate,
  cpa: row.cpa,
  cost: row.cost,
});
