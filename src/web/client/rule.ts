// On the page of a rule: while the condition is edited, what it would have told is shown. Without
// this script the button does the same.
const form = document.getElementById('trial');
const result = document.getElementById('result');
const PAUSE_MS = 350;

if (form instanceof HTMLFormElement && result !== null) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;

  const show = (html: string): void => {
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    result.replaceChildren(...parsed.body.childNodes);
    const soFar = result.querySelector('.so-far .scroll');
    if (soFar !== null) soFar.scrollTop = soFar.scrollHeight;
    for (const button of result.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
      button.hidden = false;
      button.addEventListener('click', () => {
        void navigator.clipboard.writeText(button.dataset['copy'] ?? '');
        button.textContent = 'Copied';
      });
    }
  };

  const ask = async (): Promise<void> => {
    asking?.abort();
    const own = (asking = new AbortController());
    result.setAttribute('aria-busy', 'true');
    try {
      const entries = [...new FormData(form)].map(([key, value]): [string, string] => [
        key,
        typeof value === 'string' ? value : '',
      ]);
      const answer = await fetch(`${form.action}/result`, {
        method: 'POST',
        body: new URLSearchParams(entries),
        signal: own.signal,
      });
      // It comes part by part, and what has come is shown.
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let html = ''; reader !== undefined;) {
        const { done, value = '' } = await reader.read();
        if (own.signal.aborted) return;
        if (done) break;
        show((html += value));
      }
    } catch {
      // It was edited again, or the server cannot be reached: the button still works.
    } finally {
      if (asking === own) result.removeAttribute('aria-busy');
    }
  };

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), PAUSE_MS);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void ask();
  });
}

export {};
