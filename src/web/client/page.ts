// What every page does beside showing itself: it offers news, and copies commands. It works without.
const news = document.getElementById('news');
const base = document.body.dataset['base'] ?? '';

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(button.dataset['copy'] ?? '').then(() => {
      button.textContent = 'Copied';
    });
  });
}

/** `2 alerts fired · show`: never jumps by itself. */
function offer(counts: Map<string, number>): void {
  if (news === null) return;
  const words = [...counts].map(([what, count]) => `${count} ${what}${count === 1 ? '' : 's'}`);
  const link = document.createElement('a');
  link.href = location.href;
  link.textContent = 'show';
  news.replaceChildren(`New: ${words.join(', ')} · `, link);
}

/**
 * A page that looks back at a day gets no news, and a page that nobody looks at keeps no
 * connection.
 */
function listen(): void {
  const counts = new Map<string, number>();
  let source: EventSource | null = null;
  // A page that was hidden comes back with what it knew.
  let last = '';
  const open = () => {
    source = new EventSource(`${base}/api/v1/events${last === '' ? '' : `?last=${last}`}`);
    source.addEventListener('hello', (event) => (last = event.lastEventId));
    for (const [event, words] of [
      ['snapshot', 'snapshot'],
      ['alert', 'alert'],
    ] as const)
      source.addEventListener(event, ({ lastEventId }) => {
        last = lastEventId;
        counts.set(words, (counts.get(words) ?? 0) + 1);
        offer(counts);
      });
  };
  const close = () => {
    source?.close();
    source = null;
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else if (source === null) open();
  });
  addEventListener('pagehide', close);
  if (!document.hidden) open();
}

if (document.body.dataset['live'] !== undefined && !new URLSearchParams(location.search).has('at'))
  listen();

export {};
