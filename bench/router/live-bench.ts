import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeMarket } from './market.ts';
import { Part } from './part.ts';
import { type RouterPart, startRouter } from './router-part.ts';
import type { Order } from './market-subgraphs.ts';

/** Everything that a bench of subscriptions stands on. */
export interface LiveBench {
  market: Part & { port: number };
  router: RouterPart;
  /** The file that the router watches. */
  supergraph: string;
  publish(order: Order): Promise<void>;
}

/** The market's subgraphs and the router before them, with files in `folder`. */
export async function startLive(folder: string, command?: string): Promise<LiveBench> {
  mkdirSync(folder, { recursive: true });
  const market = await Part.listening('market-subgraphs');
  const supergraph = join(folder, 'market.graphql');
  writeFileSync(supergraph, composeMarket(market.port));
  const router = await startRouter({ supergraph, log: join(folder, 'router.log'), command });
  return { market, router, supergraph, publish: (order) => market.call('publish', order) };
}
