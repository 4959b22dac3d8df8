// `/mcp`: the tools over HTTP, without sessions. A token with the scope `mcp` is needed; the gates
// before it have seen to that.
import type { Hono } from 'hono';
import type { Env, WebDeps } from '../deps.ts';

/** Adds /mcp. The library is loaded by the first call. */
export function addMcp(app: Hono<Env>, deps: WebDeps): void {
  app.all('/mcp', async (c) => {
    const [{ makeMcp }, { WebStandardStreamableHTTPServerTransport }] = await Promise.all([
      import('./tools.ts'),
      import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'),
    ]);
    const server = makeMcp(deps);
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    try {
      return await transport.handleRequest(c.req.raw);
    } finally {
      await server.close();
    }
  });
}
