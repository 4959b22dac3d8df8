// What trends: hashtags and sounds of one region, in a window of days that ends yesterday. All
// invented.
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import { boundedMemo } from '../bounded-memo.ts';
import { popularityOf } from '../popularity.ts';
import { uniform, wholeNumber } from '../random.ts';
import { GOODS_REGIONS, type GoodsRow } from './goods.ts';

export type Trending = 'hashtags' | 'music';
export type TrendingQuery = { trending: Trending; region: string; days: number };

/** More trend than a list has room for, so that some come and go. */
const THINGS = 180;
/** The longest lists, as upstream documents them. */
const LONGEST: Readonly<Record<Trending, number>> = { hashtags: 100, music: 99 };

const STREAM = { whole: 921, first: 922, second: 923, views: 924, industry: 925, author: 926 };
/** The last points of a trend that a row shows. */
const POINTS = 7;

const FIRST = 'clean soft slow glow street winter kitchen tiny golden lazy lunar retro'.split(' ');
const SECOND = 'girl routine hack dance vlog haul fit recipe look room challenge tok'.split(' ');
const INDUSTRIES = ['Beauty', 'Food & Beverage', 'Pets', 'Home', 'Sports & Outdoor', 'Apparel'];
const AUTHORS = ['', 'Mira Vale', 'Oto & Lin', 'Nightbus', 'Sunfig', 'The Halden Five'];

const pick = <One>(from: readonly One[], draw: number): One =>
  from[Math.floor(draw * from.length)] as One;

type Thing = { index: number; uses: number; recent: readonly number[] };

/** The lists of all regions. The same seed and day give the same lists. */
export function createTrends(
  seed: number,
): (query: TrendingQuery, now: Instant) => readonly GoodsRow[] {
  const popularity = boundedMemo(8, (key: string) => {
    const [trending, place = ''] = key.split('/');
    return popularityOf(seed + (trending === 'music' ? 31 : 17) + 97 * Number(place), 0, THINGS);
  });
  const listOf = boundedMemo(48, (key: string): readonly GoodsRow[] => {
    const [trending = 'hashtags', region = '', days = '', today = ''] = key.split('/');
    const kind = trending as Trending;
    const place = GOODS_REGIONS.indexOf(region);
    const posts = popularity(`${kind}/${place}`);
    const used = (index: number, day: number) =>
      wholeNumber(30 * posts.postsOn(index, day), uniform(seed + place, STREAM.whole, index, day));
    const things = Array.from({ length: THINGS }, (_, index): Thing => {
      const at = (back: number) => used(index, Number(today) - back);
      const all = Array.from({ length: Number(days) }, (_unused, back) => at(back + 1));
      return {
        index,
        uses: all.reduce((sum, one) => sum + one, 0),
        recent: Array.from({ length: POINTS }, (_unused, back) => at(POINTS - back)),
      };
    });
    return things
      .filter(({ uses }) => uses > 0)
      .sort((a, b) => b.uses - a.uses)
      .slice(0, LONGEST[kind])
      .map((thing, above) =>
        ROWS[kind]({ ...thing, seed, rank: above + 1, region, today: Number(today) }),
      );
  });
  return ({ trending, region, days }, now) =>
    listOf(`${trending}/${region}/${days}/${Math.floor(now / DAY_MS)}`);
}

/** A thing at its place in a list, on a day (whole days since 1970-01-01 UTC). */
type Placed = Thing & { seed: number; rank: number; region: string; today: number };

function trendOf({ recent, today }: Placed) {
  const most = Math.max(1, ...recent);
  return recent.map((value, place) => ({
    time: ((today - POINTS + place) * DAY_MS) / 1_000,
    value: Math.round((100 * value) / most) / 100,
  }));
}

function hashtagRow(placed: Placed): GoodsRow {
  const { seed, index, uses, rank, region } = placed;
  const draw = (stream: number) => uniform(seed, stream, index);
  const industry = Math.floor(INDUSTRIES.length * draw(STREAM.industry));
  const id = 11_000_000_000 + industry;
  return {
    hashtag_id: String(7_000 + index * 37),
    hashtag_name: `${pick(FIRST, draw(STREAM.first))}${pick(SECOND, draw(STREAM.second))}${index % 3 === 0 ? '' : index}`,
    country_info: { id: region, value: region, label: region },
    industry_info: { id, value: INDUSTRIES[industry], label: `label_${id}` },
    is_promoted: false,
    trend: trendOf(placed),
    creators: [],
    publish_cnt: uses,
    video_views: Math.round(uses * (900 + 4_000 * draw(STREAM.views))),
    rank,
    rank_diff_type: 4,
  };
}

function soundRow(placed: Placed): GoodsRow {
  const { seed, index, rank, region } = placed;
  const draw = (stream: number) => uniform(seed + 5, stream, index);
  const id = `6703${String(Math.floor(1e11 * draw(STREAM.views))).padStart(11, '0')}${String(index).padStart(4, '0')}`;
  const title = `${pick(FIRST, draw(STREAM.first))} ${pick(SECOND, draw(STREAM.second))} ${index}`;
  return {
    author: pick(AUTHORS, draw(STREAM.author)),
    clip_id: id,
    country_code: region,
    cover: '',
    duration: 15 + (index % 45),
    if_cml: false,
    is_search: false,
    link: `https://www.tiktok.com/music/x-${id}`,
    on_list_times: null,
    promoted: false,
    rank,
    rank_diff: 0,
    rank_diff_type: 2,
    related_items: null,
    song_id: id.replace(/^6703/, '6702'),
    title,
    trend: trendOf(placed),
    url_title: title.replaceAll(' ', '-'),
  };
}

const ROWS: Readonly<Record<Trending, (placed: Placed) => GoodsRow>> = {
  hashtags: hashtagRow,
  music: soundRow,
};
