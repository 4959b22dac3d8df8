// What assistants may ask: the reads of the page, each answer with its snapshot, baseline and
// coverage, so that nobody claims more than the data says.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { programVersion } from '../../lib/version.ts';
import type { WebDeps } from '../deps.ts';
import { addBacktest } from './backtest.ts';
import { addHistory, addLists } from './list-tools.ts';
import { addAlerts, addRest } from './record-tools.ts';
import { addResources } from './resources.ts';

/** The tools over a database. Nothing here writes, sends or spends. */
export function makeMcp(deps: WebDeps): McpServer {
  const server = new McpServer({ name: 'tidemark', version: programVersion() });
  addLists(server, deps);
  addHistory(server, deps);
  addAlerts(server, deps);
  addRest(server, deps);
  addBacktest(server, deps);
  addResources(server, deps);
  return server;
}
