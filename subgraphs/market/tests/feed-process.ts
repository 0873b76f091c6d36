import { join } from 'node:path';
import { KillableProcess } from '@spyhop/platform/testkit/killable-process';

const MAIN = join(__dirname, '../feeds/main.ts');

/** A feed in a process of its own, which can be killed. */
export class FeedProcess extends KillableProcess {
  constructor(env: Readonly<Record<string, string>>) {
    super(MAIN, env);
  }
}

/** How many shards the feed with that admin port leads. */
export async function shardsLed(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  const [, count] = /^market_feed_leading(?:{.*})? (\d+)$/m.exec(await response.text()) ?? [];
  if (count === undefined) throw new Error('the feed does not say how many shards it leads');
  return Number(count);
}
