import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { start } from '../main';
import { Shop } from './shop';

/** What the router says of the shop's supergraph with something changed in it. */
async function refusalOf(...changes: readonly (readonly [string, string])[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'live-rules-'));
  const file = join(folder, 'supergraph.graphql');
  const text = changes.reduce((sdl, [from, to]) => {
    if (!sdl.includes(from)) throw new Error(`there is no ${from}`);
    return sdl.replace(from, to);
  }, Shop.compose({}));
  await writeFile(file, text);
  try {
    const stop = await start({
      ROUTER_SUPERGRAPH_FILE: file,
      PORT: String(await freePort()),
      ROUTER_ADMIN_PORT: String(await freePort()),
      LOG_LEVEL: 'silent',
    });
    await stop();
    return 'no refusal';
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('refuses directives of subscriptions that make no sense, all of them at once', async () => {
  const refusal = await refusalOf(
    ['maxHz: 20', 'maxHz: -1'],
    ['@splitBy(argument: "topics")', '@splitBy(argument: "subjects")'],
    ['Entry! @resumable', 'Entry! @replayLast @resumable(argument: "since", cursor: "on")'],
  );
  expect(refusal).toContain('@conflate on Subscription.tablePriced: maxHz must be above 0');
  expect(refusal).toContain(
    '@splitBy on Subscription.logged: there is no list argument "subjects"',
  );
  const resumable = '@resumable on Subscription.written: ';
  expect(refusal).toContain(`${resumable}there is no argument "since: ID"`);
  expect(refusal).toContain(`${resumable}events have no field "on: ID!"`);
  expect(refusal).toContain(`${resumable}it goes with none of the other directives`);
});
