/*
 * Queries over two and three subgraphs whose answers are prepared, 32 connections, all of which ask for the
 * same, or no two: the router against @apollo/gateway with Apollo Server as they come, and against the same written by
 * hand; from its cache against a bare server of the same bytes; and with a token, scopes, a signed identity and Redis.
 * Run: npm run bench:router -- queries [--seconds N] [--rounds N]
 */
import { deepStrictEqual } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, report } from '../report.ts';
import { withTemporaryFolder } from '../stack.ts';
import { startGuards } from './guards.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { Part } from './part.ts';
import { ROUNDS, ROUND_MS, inTurns, medianRatio } from './rounds.ts';
import { startRouter } from './router-part.ts';
import { DEEP, PAGES, SUBGRAPHS, type SubgraphName, TWENTY_ENTITIES, composeShop } from './shop.ts';

const CONNECTIONS = 32;

/** Requests under way at the same time may be for the same, or all for something else. */
const ASKED = [
  ['twenty entities, the same for all', 1],
  ['twenty entities, others for each', PAGES],
] as const;

/** `authorization` is the header that the load sends it. */
type Server = Part & { port: number; authorization?: string };
type Servers = Readonly<Record<string, Server>>;

interface Round extends LoadResult {
  cpuMicrosPerRequest: number;
}

const bodiesOf = (query: string, pages = PAGES): string[] =>
  Array.from({ length: pages }, (_, page) => JSON.stringify({ query, variables: { page } }));

async function ask({ port, authorization }: Server, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  return fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
}

/** Who answers with other data is no contestant; the router says besides what an operation costs. */
async function requireSameAnswers(servers: Servers, body: string): Promise<void> {
  const answers = await Promise.all(
    Object.values(servers).map(async (server) => (await ask(server, body)).text()),
  );
  const [first = '', ...others] = answers.map(
    (text) => (JSON.parse(text) as { data: unknown }).data,
  );
  for (const other of others) deepStrictEqual(other, first);
  console.log(`${answers[0]?.length.toLocaleString('en')} bytes of answer`);
}

const orderFor = (
  { port, authorization }: Server,
  bodies: readonly string[],
  ms: number,
): LoadOrder => ({
  ...{ port, bodies, connections: CONNECTIONS, ms },
  ...(authorization && { authorization }),
});

async function compare(load: Part, servers: Servers, query: string, pages = PAGES) {
  const bodies = bodiesOf(query, pages);
  await requireSameAnswers(servers, bodies[0] ?? '');
  const results = await inTurns(Object.keys(servers), async (name): Promise<Round> => {
    const server = servers[name] as Server;
    const before = await server.cpuMicros();
    const result = await load.call<LoadResult>('run', orderFor(server, bodies, ROUND_MS));
    const cpu = (await server.cpuMicros()) - before;
    return { ...result, cpuMicrosPerRequest: (1_000 * cpu) / (result.perSecond * ROUND_MS) };
  });
  for (const [name, rounds] of Object.entries(results)) show(name, rounds);
  return (one: string, other: string): number =>
    medianRatio(...([one, other].map((name) => ratesOf(results[name])) as [number[], number[]]));
}

const ratesOf = (rounds: readonly Round[] = []): number[] => rounds.map((round) => round.perSecond);

function show(name: string, rounds: readonly Round[]): void {
  const of = (figure: keyof Round): number => median(rounds.map((round) => round[figure]));
  console.log(
    `${name.padEnd(8)} ${Math.round(of('perSecond')).toLocaleString('en').padStart(7)} requests/s, ` +
      `p50 ${of('p50').toFixed(1)} ms, p99 ${of('p99').toFixed(1)} ms, ` +
      `${Math.round(of('cpuMicrosPerRequest'))} µs of CPU each; the load took ${Math.round(100 * of('cpuShare'))} % of a core`,
  );
}

function tell(what: string, ratio: number, least: number, than: string): void {
  report({
    what,
    target: `≥ ${least} × ${than}`,
    measured: `${ratio.toFixed(2)} ×`,
    met: ratio >= least,
  });
}

async function fromCache(load: Part, supergraph: string, folder: string): Promise<void> {
  console.log('\ntwenty entities from the cache');
  const log = join(folder, 'cached.log');
  const router = await startRouter({ supergraph, log });
  const [body = ''] = bodiesOf(TWENTY_ENTITIES);
  await (await ask(router, body)).text();
  const again = await ask(router, body);
  if (!again.headers.has('age')) throw new Error('the router does not answer from its cache');
  const answer = join(folder, 'answer.json');
  writeFileSync(answer, await again.text());
  const bare = await Part.listening('ready-answers', { args: [answer] });
  const ratio = await compare(load, { bare, router }, TWENTY_ENTITIES);
  tell(
    'twenty entities from the cache',
    ratio('router', 'bare'),
    0.7,
    'a bare server of the same bytes',
  );
  await Promise.all([bare.stop(), router.stop()]);
}

async function allGuards(load: Part, others: Servers, supergraph: string, folder: string) {
  console.log('\ntwenty entities, others for each, all guards on');
  const { config, authorization, stop } = await startGuards(folder);
  const router = await startRouter({ supergraph, config, log: join(folder, 'guarded.log') });
  await requireRefused(router);
  const guarded = Object.assign(router, { authorization });
  // The others have been asked for as long, and their code is compiled.
  await load.call('run', orderFor(guarded, bodiesOf(TWENTY_ENTITIES), 2 * ROUNDS * ROUND_MS));
  const ratio = await compare(load, { ...others, guarded }, TWENTY_ENTITIES);
  tell('all guards on', ratio('guarded', 'stock'), 4.5, 'the stock gateway with Apollo Server');
  tell('all guards on', ratio('guarded', 'floor'), 0.75, 'the same written by hand, unguarded');
  console.log(
    `all guards on: ${ratio('guarded', 'router').toFixed(2)} × the router without guards`,
  );
  await router.stop();
  await stop();
}

/** Who has no token does not get what one is needed for. */
async function requireRefused(router: Server): Promise<void> {
  const [body = ''] = bodiesOf(TWENTY_ENTITIES);
  const answer = await ask(router, body);
  if (!(await answer.text()).includes('UNAUTHENTICATED')) throw new Error('nothing is guarded');
}

async function main(folder: string): Promise<void> {
  const subgraphs = await Promise.all(
    SUBGRAPHS.map((name) => Part.listening('shop-subgraph', { args: [name] })),
  );
  const ports = Object.fromEntries(SUBGRAPHS.map((name, n) => [name, subgraphs[n]?.port ?? 0]));
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, composeShop(ports as Record<SubgraphName, number>));
  const load = new Part(join(import.meta.dirname, 'load.ts'));
  const stock = await Part.listening('stock', { args: [supergraph] });
  const floor = await Part.listening('floor', { args: [`${ports.users}`, `${ports.reviews}`] });
  const router = await startRouter({ supergraph, log: join(folder, 'router.log') });

  for (const [what, pages] of ASKED) {
    console.log(`\n${what}`);
    const twenty = await compare(load, { stock, router, floor }, TWENTY_ENTITIES, pages);
    tell(what, twenty('router', 'stock'), 4.5, 'the stock gateway with Apollo Server');
    tell(what, twenty('router', 'floor'), 0.75, 'the same written by hand');
  }

  console.log('\nusers → reviews → products');
  const deep = await compare(load, { stock, router }, DEEP);
  tell(
    'users → reviews → products',
    deep('router', 'stock'),
    6,
    'the stock gateway with Apollo Server',
  );

  const guarded = join(folder, 'guarded.graphql');
  writeFileSync(guarded, composeShop(ports as Record<SubgraphName, number>, { guarded: true }));
  await allGuards(load, { stock, router, floor }, guarded, folder);

  await Promise.all([stock, floor, router].map((part) => part.stop()));
  const cached = join(folder, 'cached.graphql');
  writeFileSync(cached, composeShop(ports as Record<SubgraphName, number>, { cached: true }));
  await fromCache(load, cached, folder);
  await Promise.all([load, ...subgraphs].map((part) => part.stop()));
}

await withTemporaryFolder(main);
