// Every form in which a secret may come back to us or go out: servers repeat requests as they got
// them, decoded, or encoded once more, in pages, JSON and logs.

/** Shorter forms would be found in ordinary text, and protect nothing. */
const SHORTEST = 4;
/**
 * When a secret is part of something larger that is encoded as a whole, only its middle is certain.
 * A shorter middle would prove nothing.
 */
const SHORTEST_MIDDLE = 8;

/**
 * All forms of a secret, the longest first, so that no part is replaced inside a longer one, whose
 * rest would stay: as it is, without its prefix (`whsec_`, `Bearer `), what its base64 holds, and
 * each of these percent-encoded, as base64 in both alphabets (also inside a longer text, at any
 * offset), and as JSON and HTML write it.
 */
export function secretForms(value: string): readonly string[] {
  const forms = [value, ...parts(value)].flatMap((text) => [
    text,
    ...percentForms(text),
    ...markupForms(text),
    ...base64Forms(text),
  ]);
  return [...new Set(forms)]
    .filter((form) => form.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
}

/**
 * The parts of a value: its prefix, the rest, and what the rest holds if it is percent-encoded, or
 * base64 by its prefix.
 */
function parts(value: string): string[] {
  const plain = tryTo(() => decodeURIComponent(value)) ?? value;
  // A signing secret, or an Authorization header.
  const [, prefix = '', rest = ''] = /^(whsec_|[A-Za-z]+ +)(.+)$/.exec(value) ?? [];
  if (!/^(whsec_|basic +)$/i.test(prefix)) return [plain, rest];
  const bytes = Buffer.from(rest, 'base64');
  const text = bytes.toString('utf8');
  return [
    plain,
    rest,
    bytes.toString('latin1'),
    bytes.toString('hex'),
    ...(text.includes('\ufffd') ? [] : [text, text.replace(/^[^:]*:/, '')]),
  ];
}

function percentForms(text: string): string[] {
  const forms = [tryTo(() => encodeURIComponent(text)), tryTo(() => encodeURI(text))].filter(
    (form) => form !== undefined,
  );
  const strict = forms.map((form) =>
    form.replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
  );
  return [...forms, ...strict].flatMap((form) => {
    const spaced = [form, form.replaceAll('%20', '+')];
    return [...spaced, ...spaced.map((one) => one.replace(/%[0-9A-F]{2}/g, lower))];
  });
}

const lower = (text: string): string => text.toLowerCase();

function markupForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const html = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return [
    json,
    json.replaceAll('/', '\\/'),
    html,
    html.replaceAll("'", '&#39;'),
    html.replaceAll("'", '&#x27;'),
  ];
}

/**
 * Base64 of the text alone, and the characters that it certainly gives inside a longer one, at each
 * offset.
 */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const whole = bytes.toString('base64');
  const middles = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(first, last);
  });
  return [
    whole,
    whole.replace(/=+$/, ''),
    ...middles.filter(({ length }) => length >= SHORTEST_MIDDLE),
  ].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

function tryTo(work: () => string): string | undefined {
  try {
    return work();
  } catch {
    // A stray percent sign, or half a surrogate pair: then there is no such form.
    return undefined;
  }
}
