// The OpenAPI document. It is written when the program is built: nobody who serves it loads this.
import { createDocument } from 'zod-openapi';
import { programVersion } from '../../lib/version.ts';
import { ALERT_PATHS } from './alert-paths.ts';
import { LIST_PATHS } from './list-paths.ts';
import { MESSAGE_PATHS } from './message-paths.ts';
import { OPERATIONS_PATHS } from './operations-paths.ts';

/** The document as JSON. */
export function openApiText(): string {
  const document = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Tidemark',
      version: programVersion(),
      description:
        'The history of ranked lists. Shapes are those that the commands print with `--json`; further keys may come, and none goes without a `Deprecation` header before. Instants are UTC, null is unknown. Errors are problem+json; an `ETag` that is sent back gets 304 where nothing has changed.',
    },
    servers: [{ url: '.', description: 'Where this document was found' }],
    tags: ['watches', 'lists', 'alerts', 'messages', 'sql', 'operations'].map((name) => ({ name })),
    security: [{}, { token: [] }, { session: [] }],
    paths: { ...LIST_PATHS, ...ALERT_PATHS, ...MESSAGE_PATHS, ...OPERATIONS_PATHS },
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'Of `tidemark web token add`: the scope `read` reads, `write` also writes',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tidemark',
          description: 'Of whoever is logged in to the page: it reads, and writes nothing here',
        },
      },
    },
  });
  return `${JSON.stringify(document, null, 2)}\n`;
}
