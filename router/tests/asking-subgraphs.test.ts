import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { composeServices } from '@apollo/composition';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { parse } from 'graphql';
import { start } from '../main';
import { inFile } from './config-file';
import { type Answer, Rig } from './kit';

const typeDefs = parse('type Query { count: Int } type Mutation { add: Int }');

/** What a proxy says in the place of a subgraph. */
interface Page {
  status: number;
  body: string;
}

/** A subgraph that breaks connections when it has read what is asked of it, or has a proxy answer for it. */
class Brittle {
  /** Requests that it has read. */
  asked = 0;
  /** Of the next ones, how many it breaks. */
  breaks = 0;
  /** What comes instead of an answer. */
  page: Page | null = null;
  private readonly server: Server;
  private stops: Stop[] = [];
  private url = '';

  constructor() {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        this.asked += 1;
        this.breaks -= 1;
        if (this.breaks >= 0) return request.socket.resetAndDestroy();
        const { page } = this;
        if (page) return response.writeHead(page.status).end(page.body);
        const data = body.includes('mutation') ? { add: 1 } : { count: 1 };
        return response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
      });
    });
  }

  /** Puts a router in front that never leaves it alone, unless it is told after how many failures it does. */
  async open(retryShare: number, breakAfter = 1_000_000): Promise<void> {
    const [port, router, admin] = await Promise.all([freePort(), freePort(), freePort()]);
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${port}/graphql`;
    const { supergraphSdl = '' } = composeServices([{ name: 'brittle', url, typeDefs }]);
    const folder = await mkdtemp(join(tmpdir(), 'router-test-'));
    const file = join(folder, 'supergraph.graphql');
    await writeFile(file, supergraphSdl);
    const stop = await start({
      ROUTER_SUPERGRAPH_FILE: file,
      ROUTER_SUBGRAPHS_RETRY_SHARE: String(retryShare),
      ROUTER_SUBGRAPHS_BREAK_AFTER: String(breakAfter),
      ROUTER_DEMAND_REPORT: 'false',
      PORT: String(router),
      ROUTER_ADMIN_PORT: String(admin),
      LOG_LEVEL: 'silent',
    });
    this.url = `http://127.0.0.1:${router}/graphql`;
    this.stops = [stop, () => rm(folder, { recursive: true })];
  }

  async close(): Promise<void> {
    for (const stop of this.stops) await stop();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async ask(query: string): Promise<Answer['body']> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer['body'];
  }

  /** Requests that come to it of that many queries, one after the other. */
  async askedBy(queries: number): Promise<number> {
    const before = this.asked;
    for (let index = 0; index < queries; index += 1) await this.ask('{ count }');
    return this.asked - before;
  }
}

const NO_PATH = '{"data":null,"errors":[{"message":"no","extensions":{"code":"NOT_FOUND"}}]}';

describe('a subgraph whose connections break', () => {
  const FAILED = [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }];
  let brittle: Brittle;

  beforeEach(() => {
    brittle = new Brittle();
  });
  afterEach(() => brittle.close());

  it('is asked for a query once more, and no more than that', async () => {
    await brittle.open(0.2);
    brittle.breaks = 1;
    expect(await brittle.ask('{ count }')).toEqual({ data: { count: 1 } });
    expect(brittle.asked).toBe(2);
    brittle.breaks = 2;
    expect((await brittle.ask('{ count }')).errors).toMatchObject(FAILED);
    expect(brittle.asked).toBe(4);
  });

  it('is never asked for a mutation again, which it may have made', async () => {
    await brittle.open(1);
    brittle.breaks = 1;
    expect((await brittle.ask('mutation { add }')).errors).toMatchObject(FAILED);
    expect(brittle.asked).toBe(1);
    expect(await brittle.ask('mutation { add }')).toEqual({ data: { add: 1 } });
  });

  it('is asked again for no more than that share of queries', async () => {
    await brittle.open(0.25);
    brittle.breaks = Infinity;
    // What was saved is used up.
    await brittle.askedBy(40);
    expect(await brittle.askedBy(40)).toBe(50);
  });

  it('is asked again for none where none may be, once the first few are used up', async () => {
    await brittle.open(0);
    brittle.breaks = Infinity;
    await brittle.askedBy(40);
    expect(await brittle.askedBy(5)).toBe(5);
  });

  it('is asked once more where a proxy says that it is not ready', async () => {
    await brittle.open(1);
    brittle.page = { status: 503, body: '<html>no healthy upstream</html>' };
    const answer = brittle.ask('{ count }');
    await until(() => brittle.asked === 1);
    brittle.page = null;
    expect(await answer).toEqual({ data: { count: 1 } });
  });

  it.each([
    ['an error of a proxy', { status: 503, body: '<html>no healthy upstream</html>' }],
    ['a page', { status: 200, body: '<html>welcome</html>' }],
    ['nothing', { status: 500, body: '' }],
  ])('is left alone after so many answers that are %s', async (_, page) => {
    await brittle.open(0, 3);
    brittle.page = page;
    for (let index = 0; index < 10; index += 1) {
      expect((await brittle.ask('mutation { add }')).errors).toMatchObject(FAILED);
    }
    expect(brittle.asked).toBe(3);
  });

  it('is still asked where it says itself what is wrong', async () => {
    await brittle.open(0, 3);
    const errors = [{ message: 'no', path: ['add'], extensions: { code: 'NOT_FOUND' } }];
    brittle.page = { status: 500, body: JSON.stringify({ errors, data: null }) };
    expect(await brittle.askedBy(10)).toBe(10);
    expect((await brittle.ask('mutation { add }')).errors).toEqual(errors);
  });

  it.each([
    ['no answer', '<html>no healthy upstream</html>'],
    ['an error of no field', NO_PATH],
  ])('leaves an error at each field of the root that is missing after %s', async (_, body) => {
    await brittle.open(0);
    brittle.page = { status: 500, body };
    const { data, errors } = await brittle.ask(
      '{ count other: count skipped: count @skip(if: true) }',
    );
    expect(data).toEqual({ count: null, other: null });
    expect(errors?.map(({ path }) => path)).toEqual([['count'], ['other']]);
  });
});

describe('subgraphs', () => {
  let rig: Rig;
  let release: () => void = () => undefined;

  afterEach(async () => {
    release();
    await rig.stop();
  });

  /** Keeps the reviews from answering until they are released. */
  function hold(): void {
    rig.shop.gate = new Promise((resolve) => {
      release = resolve;
    });
  }

  it('are asked side by side for what does not depend on one another', async () => {
    rig = await Rig.start();
    hold();
    const answer = rig.ask('{ product(id: "1") { rating maker { title } } }');
    const users = { subgraph: 'users', outcome: 'ok' };
    await until(async () => (await rig.metric('router_subgraph_fetches_total', users)) === 1);
    expect(rig.shop.ratings).toEqual([['1']]);
    release();
    expect((await answer).body).toEqual({
      data: { product: { rating: 0.5, maker: { title: 'NL-1' } } },
    });
  });

  it('that were left alone are tried once after a while, and asked again when they answer', async () => {
    const openMs = 500;
    const reviews = `{ timeoutMs: 100, breakAfter: 1, openMs: ${openMs} }`;
    rig = await Rig.start(await inFile(`subgraphs: { named: { reviews: ${reviews} } }`));
    const isOpen = (): Promise<number> =>
      rig.metric('router_subgraph_circuit_open', { subgraph: 'reviews' });
    expect(await isOpen()).toBe(0);
    hold();
    const startedAt = Date.now();
    while (rig.shop.ratings.length < 3) {
      await rig.ask('{ product(id: "1") { rating } }');
      expect(await isOpen()).toBe(1);
    }
    // One failure, and two trials that failed as well, each after a while in which nobody was let through.
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2 * openMs);
    release();
    await until(async () => !(await rig.ask('{ product(id: "1") { rating } }')).body.errors);
    expect(await isOpen()).toBe(0);
  });
});
