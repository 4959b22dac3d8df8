// Would the pages of a declared list ever end, and does its request say what is asked for?
import { nearest } from '../../../lib/nearest.ts';
import { placesIn } from '../../../list/template.ts';
import { headerNameProblem, headerValueProblem } from '../../formats.ts';
import type { Path, Problem } from '../../problem.ts';
import type { ListKeys } from './keys.ts';

/** A template of the request, with its place in the file. */
type Template = { path: Path; text: string; where: 'url' | 'query' | 'body' };

/** Every problem of how a list is asked for. */
export const checkAsking = (keys: ListKeys, at: Path): Problem[] => {
  const templates = templatesOf(keys, [...at, 'request']);
  const used = new Set(templates.flatMap(({ text }) => placesIn(text).map(({ name }) => name)));
  return [
    ...checkPlaces(keys, templates),
    ...checkPaging(keys, used, at),
    ...checkUse(keys, used, at),
    ...checkHeaders(keys, [...at, 'request']),
  ];
};

function templatesOf({ request }: ListKeys, at: Path): Template[] {
  const inBody = (value: unknown, path: Path): Template[] => {
    if (typeof value === 'string') return [{ path, text: value, where: 'body' }];
    if (typeof value !== 'object' || value === null) return [];
    return Array.isArray(value)
      ? value.flatMap((one: unknown, i) => inBody(one, [...path, i]))
      : Object.entries(value).flatMap(([key, one]) => inBody(one, [...path, key]));
  };
  return [
    { path: [...at, 'url'], text: request.url, where: 'url' },
    ...Object.entries(request.query).map(([name, value]): Template => ({
      path: [...at, 'query', name],
      text: String(value),
      where: 'query',
    })),
    ...inBody(request.body, [...at, 'body']),
  ];
}

const PAGING = ['page', 'size', 'offset', 'cursor'];

function checkPlaces({ parameters, dated }: ListKeys, templates: Template[]): Problem[] {
  const known = [...Object.keys(parameters), ...PAGING, ...(dated === null ? [] : ['date'])];
  return templates.flatMap(({ path, text, where }) =>
    placesIn(text).flatMap(({ name, format }): Problem[] => {
      if (name === 'date' && dated === null)
        return [{ path, text: 'speaks of {date}, and the list has no dated' }];
      if (!known.includes(name)) {
        const meant = nearest(name, known);
        const hint = meant === undefined ? '' : `; did you mean {${meant}}?`;
        return [{ path, text: `speaks of {${name}}, which is no parameter of the list${hint}` }];
      }
      if (format !== undefined && (name !== 'date' || !isDateFormat(format)))
        return [{ path, text: 'has a format that is not of {date:…} with yyyy, MM and dd' }];
      const given = parameters[name];
      const isOptional = given !== undefined && !given.required && given.default === undefined;
      return where === 'url' && (isOptional || name === 'cursor')
        ? [{ path, text: `has {${name}}, which is not always there; it belongs into query` }]
        : [];
    }),
  );
}

/** Each of the three once at most, and what stands between them. */
const isDateFormat = (format: string): boolean =>
  /(yyyy|MM|dd)/.test(format) &&
  !/[A-Za-z]/.test(format.replace('yyyy', '').replace('MM', '').replace('dd', ''));

/** What the next page must be asked for with, by the way of paging. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  page: ['page', 'offset'],
  offset: ['offset', 'page'],
  cursor: ['cursor'],
};

function checkPaging({ pages }: ListKeys, used: ReadonlySet<string>, at: Path): Problem[] {
  const { by, size, first, cursor } = pages;
  const path = [...at, 'pages'];
  const problems: Problem[] = [];
  const say = (key: string, text: string) => problems.push({ path: [...path, key], text });
  const needs = NEEDS[by] ?? [];
  if (needs.length > 0 && !needs.some((name) => used.has(name)))
    say(
      'by',
      `would ask for the same page again and again: nothing in the request says {${needs[0] ?? ''}}`,
    );
  const [spoken] = ['page', 'offset', 'cursor'].filter((name) => used.has(name));
  if (needs.length === 0 && spoken !== undefined)
    say('by', `must be ${spoken}: the request speaks of {${spoken}}`);
  if ((by === 'page' || by === 'offset') && used.has('cursor'))
    say('by', `never has a {cursor}, of which the request speaks; write cursor, or {${by}}`);
  if (by === 'cursor' && cursor === null)
    say('cursor', 'is required: where does an answer say what comes next?');
  if (by !== 'cursor' && cursor !== null) say('cursor', 'is for by: cursor alone');
  if (first !== undefined && by !== 'page' && by !== 'offset')
    say('first', 'is for by: page and by: offset alone');
  if (size === undefined && by !== 'none') say('size', 'is required: how many rows has a page?');
  return problems;
}

/** What a watch can say and the source is never told: two such watches would have the same list. */
function checkUse({ parameters, dated }: ListKeys, used: ReadonlySet<string>, at: Path): Problem[] {
  return [
    ...Object.keys(parameters)
      .filter((name) => !used.has(name))
      .map((name) => ({
        path: [...at, 'parameters', name],
        text: `is never sent: nothing in the request says {${name}}`,
        isAboutKey: true,
      })),
    ...(dated !== null && !used.has('date')
      ? [
          {
            path: [...at, 'dated'],
            text: 'is never sent: nothing in the request says {date}, so that each day would get the same list',
            isAboutKey: true,
          },
        ]
      : []),
  ];
}

const CREDENTIALS =
  /^(authorization|proxy-authorization|cookie|x-api-key|x-auth-token|api[-_]?key|access[-_]?token|token|secret|password)$/i;
const TO_SOURCE =
  'carries credentials, which a declaration cannot: give the source token (and token_header or token_parameter), or username and password';

function checkHeaders({ request }: ListKeys, at: Path): Problem[] {
  const headers = Object.entries(request.headers).flatMap(([name, value]): Problem[] => {
    const path = [...at, 'headers', name];
    const about = CREDENTIALS.test(name) ? TO_SOURCE : headerNameProblem(name);
    if (about !== null) return [{ path, text: about, isAboutKey: true }];
    if (placesIn(value).length > 0)
      return [{ path, text: 'is sent as it is: templates belong into url, query and body' }];
    const problem = headerValueProblem(value);
    return problem === null ? [] : [{ path, text: problem }];
  });
  const query = Object.keys(request.query)
    .filter((name) => CREDENTIALS.test(name))
    .map((name) => ({ path: [...at, 'query', name], text: TO_SOURCE, isAboutKey: true }));
  const hasBody = request.body !== undefined && request.body !== null;
  return [
    ...headers,
    ...query,
    ...(hasBody && request.method === 'GET'
      ? [{ path: [...at, 'body'], text: 'is for method: POST alone' }]
      : []),
  ];
}
