// A world with gaps, alerts, digests and hostile names, and a reader who follows every link of its page.
import type { Config } from '../../src/config/config.ts';
import { makeDigest, takeDays } from '../digest/market-world.ts';
import { dayAt, fetchedList, makeRule, makeWatch, products } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

export const HOSTILE = '<script>alert(1)</script>"\'>&\u202e=cmd()';

/** Some weeks of a simulated market, and three days of a list with a hostile name. */
export async function crawlWorld(web: Partial<Config['web']> = {}): Promise<WebWorld> {
  const market = makeWatch({ depth: 60 });
  const watches = [market, makeWatch({ name: 'hostile', region: 'GB', depth: 60 })];
  const made = makeWebWorld(web, {
    watches,
    rules: [
      makeRule({ name: 'top3', when: 'rank <= 3', cooldownMs: 86_400_000 }),
      makeRule({ name: 'gone', when: "status = 'left'", severity: 'critical' }),
    ],
    digests: [makeDigest()],
  });
  const { world } = made;
  world.configure({ watches: [market] });
  await takeDays(world, 0, 20, { 5: 'failed', 9: 'missed', 14: 'partial' });
  world.configure({ watches });
  for (const day of [21, 22, 23])
    await world.pass(
      dayAt(day),
      fetchedList([
        ...products(20 + day),
        { id: `a/b?c#${HOSTILE}`, name: HOSTILE, l1: HOSTILE, posts: day },
      ]),
      { watch: 'hostile' },
    );
  return made;
}

export type Seen = { status: number; type: string; text: string };
export type Crawl = {
  /** What each address answered. */
  pages: Map<string, Seen>;
  /** Every `href`, `src` and `action`, with a page it stands on. */
  links: Map<string, string>;
  /** Where forms that change something are sent. */
  posts: Set<string>;
};

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Links that differ by a number or a name are of one kind. */
export const kindOf = (path: string): string =>
  (path.split('?')[0] ?? '').replace(/\d+/g, 'N').replace(/products\/[^/?]+/, 'products/P');

/**
 * Follows every link from `start` on, eight of each kind; not what queries, and not the events,
 * which have no end.
 */
export async function crawl(ask: (path: string) => Promise<Response>, start = '/'): Promise<Crawl> {
  const pages: Crawl['pages'] = new Map();
  const links: Crawl['links'] = new Map();
  const posts: Crawl['posts'] = new Set();
  const queue = [start];
  const counts = new Map<string, number>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (pages.has(next) || /\/(sql[?.]|api\/v1\/(sql|events))/.test(next)) continue;
    const kind = kindOf(next);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if ((counts.get(kind) ?? 0) > 8 && !next.includes('a%2Fb')) continue;
    const response = await ask(next);
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    pages.set(next, { status: response.status, type, text });
    if (!type.startsWith('text/html')) continue;
    for (const [, link = ''] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
      links.set(unescaped(link), next);
      const [target = ''] = unescaped(link).split('#');
      if (target.startsWith('/') && !pages.has(target)) queue.push(target);
    }
    for (const [form, link = ''] of text.matchAll(/<form [^>]*action="([^"]*)"[^>]*>/g)) {
      links.set(unescaped(link), next);
      if (form.includes('method="post"')) posts.add(unescaped(link));
      else queue.push(unescaped(link));
    }
  }
  return { pages, links, posts };
}
