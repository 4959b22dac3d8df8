// Files as editors and copies leave them: with a byte-order mark, in another encoding, with characters that nobody sees.
import { describe, expect, test } from 'vitest';
import { LEAST, load, problemsOf } from './read-yaml-config.ts';

const WITH_PASSWORD = [
  ...LEAST,
  'smtp: { url: smtp://me@mail.example.com, from: a@b.example, password_file: ./password }',
];
const passwordOf = (file: string | Buffer) =>
  load({
    yaml: WITH_PASSWORD,
    files: { '/etc/tidemark/password': file },
  }).config.smtp?.url.reveal();
const passwordProblems = (file: string | Buffer) =>
  problemsOf({ yaml: WITH_PASSWORD, files: { '/etc/tidemark/password': file } });

describe('the config file', () => {
  test('may begin with a byte-order mark', () => {
    const { config } = load({ yaml: Buffer.from(`\ufeff${LEAST.join('\n')}`) });
    expect(JSON.stringify(config)).toBe(JSON.stringify(load({ yaml: LEAST }).config));
  });

  test.each<[title: string, bytes: Buffer, problem: string]>([
    ['UTF-16', Buffer.from(`\ufeff${LEAST.join('\n')}`, 'utf16le'), 'is written in UTF-16'],
    ['UTF-16 without a mark', Buffer.from(LEAST.join('\n'), 'utf16le'), 'is written in UTF-16'],
    [
      'latin1',
      Buffer.from([...LEAST, '# é'].join('\n'), 'latin1'),
      'is not UTF-8 text (line 3); save it as UTF-8',
    ],
    [
      'UTF-8 with a control character',
      Buffer.from([...LEAST, '# \u0007'].join('\n')),
      'has a control character (U+0007) on line 3; remove it',
    ],
  ])('is refused in %s, by name', (_, bytes, problem) => {
    expect(problemsOf({ yaml: bytes })).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a secret file', () => {
  test('is what is seen of it: neither its mark nor its last line end counts', () => {
    const url = 'smtp://me:p%C3%A4ssword@mail.example.com';
    expect(passwordOf('\ufeffpässword\r\n')).toBe(url);
    expect(passwordOf(Buffer.from('pässword'))).toBe(url);
  });

  test.each<[title: string, file: string | Buffer, problem: string]>([
    ['in UTF-16', Buffer.from('\ufeffsecret', 'utf16le'), 'is written in UTF-16; save it as UTF-8'],
    ['in latin1', Buffer.from('pässword', 'latin1'), 'is not UTF-8 text (line 1)'],
    ['with a control character', 'se\u0000cret', 'has a control character (U+0000) on line 1'],
    ['with a mark inside', 'se\ufeffcret', 'has a control character (U+FEFF) on line 1'],
    ['with a second line', 'secret\nother\n', 'must be one line without tabs'],
  ])('is refused %s, without its text', (_, file, problem) => {
    const [said = ''] = passwordProblems(file);
    expect(said).toContain('smtp.password_file');
    expect(said).toContain(problem);
    expect(said).not.toMatch(/secret|other|pässword/);
  });
});

describe('a watch', () => {
  const watch = (more: string) => [
    'source: { token: sk_live_hunter2 }',
    `watches: { us: { region: US, schedule: "0 6 * * *", ${more} } }`,
  ];
  const categoryOf = (text: string) =>
    load({ yaml: watch(`category: ${text}`) }).config.watches[0]?.asked.category;

  test('has its category as it is written, with its zero', () => {
    expect(['0601583', '"0601583"', '601583', '0'].map(categoryOf)).toEqual([
      '0601583',
      '0601583',
      '601583',
      '0',
    ]);
    expect(problemsOf({ yaml: watch('category: 0x92DEF') })).toEqual([
      expect.stringContaining('must be a category id of digits'),
    ]);
  });

  test.each(['"a\\nb"', '"a\\u202Eb"', '"a\\u200Fb"', '"a\\u2066b"', '"a\\tb"', '"a\\u0000b"'])(
    'has no keyword like %s',
    (keyword) => {
      expect(problemsOf({ yaml: watch(`keyword: ${keyword}`) })).toEqual([
        expect.stringContaining('must be one line without control characters'),
      ]);
    },
  );

  test('has a keyword of any language, joiners included', () => {
    expect(load({ yaml: watch('keyword: "می\\u200Cروم"') }).config.watches[0]?.asked.keyword).toBe(
      'می\u200cروم',
    );
  });
});
