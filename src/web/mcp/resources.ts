// What an assistant may read without asking a question: the views, and the saved queries.
import { ResourceTemplate, type McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { listSaved } from '../../history/sql/saved.ts';
import { VIEWS } from '../../store/views/views.ts';
import type { WebDeps } from '../deps.ts';
import { queriesFolder } from '../pages/ask-sql.ts';

const first = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? '';

/** Adds `tidemark://views/NAME` and `tidemark://queries/NAME`. */
export function addResources(server: McpServer, deps: WebDeps): void {
  const saved = () => listSaved(queriesFolder(deps));
  server.registerResource(
    'view',
    new ResourceTemplate('tidemark://views/{name}', {
      list: () => ({
        resources: VIEWS.map(({ name, description }) => ({
          uri: `tidemark://views/${name}`,
          name,
          description,
          mimeType: 'text/markdown',
        })),
      }),
    }),
    { description: 'A view that sql may ask, column by column', mimeType: 'text/markdown' },
    (uri, { name }) => ({ contents: [text(uri, 'text/markdown', viewText(first(name)))] }),
  );
  server.registerResource(
    'query',
    new ResourceTemplate('tidemark://queries/{name}', {
      list: () => ({
        resources: saved().map(({ name, title }) => ({
          uri: `tidemark://queries/${name}`,
          name,
          description: title,
          mimeType: 'application/sql',
        })),
      }),
    }),
    { description: 'A saved query; sql takes it as it is', mimeType: 'application/sql' },
    (uri, { name }) => {
      const query = saved().find((one) => one.name === first(name));
      if (query === undefined) throw new Error(`there is no saved query ${first(name)}`);
      return { contents: [text(uri, 'application/sql', query.sql)] };
    },
  );
}

const text = ({ href }: URL, mimeType: string, said: string) => ({
  uri: href,
  mimeType,
  text: said,
});

function viewText(name: string): string {
  const view = VIEWS.find((one) => one.name === name);
  if (view === undefined) throw new Error(`there is no view ${name}`);
  const columns = view.columns.map((column) => `* \`${column.name}\`: ${column.description}`);
  return [`# ${view.name}`, view.description, columns.join('\n')].join('\n\n');
}
