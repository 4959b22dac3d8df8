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

/**
 * `New: a snapshot, alerts · show`: never jumps by itself. An event says that there is something, not
 * how much.
 */
function offer(events: ReadonlySet<string>): void {
  if (news === null) return;
  const words = [
    ...(events.has('snapshot') ? ['a snapshot'] : []),
    ...(events.has('alert') ? ['alerts'] : []),
  ];
  const said = `New: ${words.join(', ')} · `;
  // Whoever is on the link already stays on it.
  if (news.firstChild?.textContent === said) return;
  const link = document.createElement('a');
  // Without a place in the page: a browser would only go there.
  link.href = location.pathname + location.search;
  link.textContent = 'show';
  const wasThere = news.contains(document.activeElement);
  news.replaceChildren(said, link);
  if (wasThere) link.focus();
}

/**
 * A page that looks back at a day gets no news, and a page that nobody looks at keeps no
 * connection.
 */
function listen(): void {
  const events = new Set<string>();
  let source: EventSource | null = null;
  // A page that was hidden comes back with what it knew.
  let last = '';
  const open = () => {
    source = new EventSource(`${base}/api/v1/events${last === '' ? '' : `?last=${last}`}`);
    source.addEventListener('hello', (event) => (last = event.lastEventId));
    for (const event of ['snapshot', 'alert'])
      source.addEventListener(event, ({ lastEventId }) => {
        last = lastEventId;
        offer(events.add(event));
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
