import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { unconfirmedSighting } from '../feeds/blockchain-info/parse';
import { Unconfirmed } from '../feeds/blockchain-info/wire';
import { createMempoolSource } from '../feeds/mempool-space/mempool-source';
import { sightingOf } from '../feeds/mempool-space/parse';
import { Watch } from '../feeds/mempool-space/watch';
import { MempoolTransaction } from '../feeds/mempool-space/wire';
import { noMemory } from '../feeds/memory';
import { liveOutside } from '../feeds/outside';
import { stampsOf } from '../feeds/stamps';
import type { Sighting } from '../rules/whale';
import { silent, until } from './rig';

// As in mempool's own documentation: two outputs to others, and the input's rest.
const TXID = '6229c0784bc776be22a5ee84e0e3d9b8f9e17843f079a8444b03bdc98b77d229';
const SENDER = '1HXb8YtsgBhFWdYezjd6bt7Dw4UGKyZo54';
const outputs = (...values: [address: string | undefined, value: number][]) =>
  values.map(([address, value]) => ({ scriptpubkey_address: address, value }));

const transaction = (changes: object = {}): MempoolTransaction =>
  MempoolTransaction.parse({
    txid: TXID,
    vin: [{ prevout: { scriptpubkey_address: SENDER, value: 17_000 } }],
    vout: outputs(
      ['15hXntT6oUKNhtk4FWvuGPQJDX47wpbAaa', 5_396],
      ['18GxdcLgNtRUc8v5TNJtPnvoi8jMVWxvb', 10_419],
    ),
    status: { confirmed: false },
    ...changes,
  });

describe('a transaction of Bitcoin', () => {
  it('moves what it pays to others, the largest first', () => {
    expect(sightingOf(transaction(), 1_734_893_382_000)).toEqual({
      ...{ chain: 'bitcoin', hash: TXID, time: 1_734_893_382_000, source: 'mempool-space' },
      legs: [
        {
          ...{ symbol: 'BTC', kind: 'TRANSFER', baseUnits: '15815', decimals: 8, statedUsd: null },
          from: [{ address: SENDER, owner: null, ownerKind: 'UNKNOWN' }],
          to: [
            {
              ...{ address: '18GxdcLgNtRUc8v5TNJtPnvoi8jMVWxvb', amount: '10419' },
              ...{ owner: null, ownerKind: 'UNKNOWN' },
            },
            {
              ...{ address: '15hXntT6oUKNhtk4FWvuGPQJDX47wpbAaa', amount: '5396' },
              ...{ owner: null, ownerKind: 'UNKNOWN' },
            },
          ],
        },
      ],
    });
  });

  it('does not move its change, and has the time of its block once it is in one', () => {
    const change = transaction({
      vout: outputs([SENDER, 10_000], ['18GxdcLgNtRUc8v5TNJtPnvoi8jMVWxvb', 6_000]),
      status: { confirmed: true, block_time: 1_734_720_142 },
    });
    const sighting = sightingOf(change, 5);
    expect(sighting).toMatchObject({ time: 1_734_720_142_000, legs: [{ baseUnits: '6000' }] });
    expect(sighting?.legs[0]?.to).toHaveLength(1);
  });

  const OTHER = '15hXntT6oUKNhtk4FWvuGPQJDX47wpbAaa';
  const PAYEE = '18GxdcLgNtRUc8v5TNJtPnvoi8jMVWxvb';
  const ofTwo = (...vout: [address: string, value: number][]) =>
    sightingOf(
      transaction({
        vin: [
          { prevout: { scriptpubkey_address: SENDER, value: 17_000 } },
          { prevout: { scriptpubkey_address: OTHER, value: 3_000 } },
        ],
        vout: outputs(...vout),
      }),
      5,
    )?.legs[0]?.from.map(({ address, amount }) => [address, amount]);

  it('takes from each of several what it has put in beyond its change', () => {
    expect(ofTwo([PAYEE, 12_000], [SENDER, 7_500])).toEqual([
      [SENDER, '9500'],
      [OTHER, '3000'],
    ]);
  });

  it('does not tell who of several has paid where one of them has more than before', () => {
    expect(ofTwo([PAYEE, 12_000], [OTHER, 7_500])).toEqual([
      [SENDER, undefined],
      [OTHER, undefined],
    ]);
  });

  it('may pay somebody without an address', () => {
    const bare = transaction({ vout: outputs([undefined, 6_000]) });
    expect(sightingOf(bare, 5)?.legs).toMatchObject([
      { baseUnits: '6000', to: [{ address: null }] },
    ]);
  });

  it('pays nobody at what can be no address', () => {
    const odd = transaction({
      vout: outputs(['0x387ad93bfe9957a4eeba0cb2ff9303f6ec0833d0', 6_000]),
    });
    expect(sightingOf(odd, 5)?.legs).toMatchObject([
      { baseUnits: '6000', to: [{ address: null }] },
    ]);
  });

  it('that pays only itself, or makes new coins, moves nothing', () => {
    expect(sightingOf(transaction({ vout: outputs([SENDER, 16_000]) }), 5)).toBeNull();
    expect(sightingOf(transaction({ vin: [{ prevout: null }] }), 5)).toBeNull();
  });
});

describe('mempool.space', () => {
  const large = (index: number): string => String(index).padStart(64, 'a');
  const projected = (sequence: number, values: object): string =>
    JSON.stringify({ 'projected-block-transactions': { index: 0, sequence, ...values } });
  const tuple = (txid: string, btc: number): unknown[] => [
    txid,
    2_000,
    171.25,
    btc * 1e8,
    11.68,
    1,
    1,
  ];

  let http: ReturnType<typeof createServer>;
  let live: WebSocketServer;
  let host: string;
  let clients: WebSocket[];
  let said: string[];
  let asked: string[];
  let statuses: number[];
  /** Answered in the place of transactions. */
  let bodies: string[];
  let seen: Sighting[];
  let told: string[];
  let warned: unknown[];
  let seenWhenAsked: number[];
  let ending: AbortController;
  let running: Promise<void>;

  const answer = (url: string, response: ServerResponse): void => {
    const txid = url.split('/').at(-1) ?? '';
    asked.push(txid);
    seenWhenAsked.push(seen.length);
    const body = bodies.shift() ?? JSON.stringify(transaction({ txid }));
    response.writeHead(statuses.shift() ?? 200).end(body);
  };

  beforeEach(async () => {
    [clients, said, asked, statuses, bodies, seen, told] = [[], [], [], [], [], [], []];
    [warned, seenWhenAsked] = [[], []];
    http = createServer((request, response) => answer(request.url ?? '', response));
    live = new WebSocketServer({ server: http, path: '/api/v1/ws' });
    live.on('connection', (socket) => {
      clients.push(socket);
      socket.on('message', (data) => {
        const text = (data as Buffer).toString();
        if (text.includes('track-mempool-block')) said.push(text);
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    ending = new AbortController();
    const log = silent.child({});
    log.warn = (fields: unknown) => void warned.push(fields);
    const source = createMempoolSource({
      ...{ host, minUsd: '500000', priceAt: () => '50000' },
      outside: { ...liveOutside, clock: () => 1_734_893_382_000 },
      ...{ log, lookUpMs: 5, retryMs: 10 },
      watch: new Watch(noMemory, stampsOf(Date.now)),
    });
    const sink = {
      seen: async (sighting: Sighting) => seen.push(sighting) > 0,
      connected: () => void told.push('connected'),
      disconnected: (reason: string) => void told.push(reason),
    };
    running = source.run(sink, ending.signal);
    await until(async () => said.length === 1);
  });
  afterEach(async () => {
    ending.abort();
    await running;
    clients.forEach((client) => client.terminate());
    live.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

  it('is asked once for each transaction that is large, ten bitcoins at 50,000 USD for half a million', async () => {
    expect(JSON.parse(said[0] ?? '')).toEqual({ 'track-mempool-block': 0 });
    const first = { blockTransactions: [tuple(large(1), 10), tuple(large(2), 9.99)] };
    clients[0]?.send(projected(1, first));
    clients[0]?.send(
      projected(2, { delta: { added: [tuple(large(1), 10), tuple(large(3), 50)] } }),
    );
    await until(async () => seen.length === 2);
    expect([...asked].sort()).toEqual([large(1), large(3)]);
    expect(told[0]).toBe('connected');
  });

  it('is asked for the largest first', async () => {
    const blockTransactions = [tuple(large(1), 10), tuple(large(2), 30), tuple(large(3), 20)];
    clients[0]?.send(projected(1, { blockTransactions }));
    await until(async () => seen.length === 3);
    expect(asked).toEqual([large(2), large(3), large(1)]);
  });

  it('that tells of too much at once has the smallest let go of, which is said, and asked for when told of again', async () => {
    const many = Array.from({ length: 302 }, (_, index) => tuple(large(index), 400 - index));
    clients[0]?.send(projected(1, { blockTransactions: many }));
    await until(async () => seen.length === 300);
    expect(asked).toEqual(many.slice(0, 300).map(([txid]) => txid));
    expect(warned).toEqual([{ count: 2 }]);
    clients[0]?.send(projected(2, { delta: { added: many.slice(-1) } }));
    await until(async () => seen.length === 301);
    expect(seen.at(-1)?.hash).toBe(large(301));
    // No minute has passed.
    expect(warned).toHaveLength(1);
  });

  it('is asked for the age of the coins only when the transaction was told of, which then is again', async () => {
    const coin = large(9);
    const vin = [{ txid: coin, prevout: { scriptpubkey_address: SENDER, value: 17_000 } }];
    bodies.push(JSON.stringify(transaction({ txid: large(1), vin })));
    const status = { confirmed: true, block_height: 1, block_time: 1_400_000_000 };
    bodies.push(JSON.stringify(transaction({ txid: coin, status })));
    clients[0]?.send(projected(1, { blockTransactions: [tuple(large(1), 10)] }));
    await until(async () => seen.length === 2);
    expect(asked).toEqual([large(1), coin]);
    expect(seenWhenAsked).toEqual([0, 1]);
    const [first, again] = seen;
    expect(first?.legs[0]).not.toHaveProperty('coinsSince');
    expect(again).toEqual({
      ...first,
      legs: [{ ...first?.legs[0], coinsSince: 1_400_000_000_000 }],
    });
  });

  it('is asked for all of the block again where something was missed', async () => {
    clients[0]?.send(projected(1, { blockTransactions: [] }));
    clients[0]?.send(projected(3, { delta: { added: [] } }));
    await until(async () => said.length === 2);
    expect(JSON.parse(said[1] ?? '')).toEqual({ 'track-mempool-block': 0 });
  });

  it('that does not know a transaction any more does not hold up the others', async () => {
    statuses.push(404);
    const blockTransactions = [tuple(large(1), 10), tuple(large(2), 10)];
    clients[0]?.send(projected(1, { blockTransactions }));
    await until(async () => seen.length === 1);
    expect(seen[0]?.hash).toBe(large(2));
  });

  it.each([
    ['a negative value', -1],
    ['an absurd value', 2 ** 53],
    ['half a satoshi', 0.5],
    ['a value that is no number', '6000'],
  ])('that tells of %s is not believed, and does not hold up the others', async (_, value) => {
    const vout = [{ scriptpubkey_address: SENDER, value }];
    bodies.push(JSON.stringify({ ...transaction(), txid: large(1), vout }));
    const blockTransactions = [tuple(large(1), 10), tuple(large(2), 10)];
    clients[0]?.send(projected(1, { blockTransactions }));
    await until(async () => seen.length === 1);
    expect(seen[0]?.hash).toBe(large(2));
    expect(asked).toEqual([large(1), large(2)]);
  });

  it('that answers with a page for people is asked again', async () => {
    bodies.push('<html>Service unavailable</html>');
    clients[0]?.send(projected(1, { blockTransactions: [tuple(large(1), 10)] }));
    await until(async () => seen.length === 1);
    expect(asked).toEqual([large(1), large(1)]);
  });

  it('that tells what can be no message goes on to be read', async () => {
    for (const nonsense of ['no JSON', '[]', '{"projected-block-transactions":7}', 'null']) {
      clients[0]?.send(nonsense);
    }
    const odd = [['short'], [large(3), 1, 1, -5e9], { txid: large(4) }, null];
    clients[0]?.send(projected(1, { blockTransactions: [...odd, tuple(large(1), 10)] }));
    await until(async () => seen.length === 1);
    expect(asked).toEqual([large(1)]);
    expect(clients).toHaveLength(1);
  });

  it('is connected to again where the connection breaks', async () => {
    clients[0]?.terminate();
    await until(async () => said.length === 2);
    expect(told[0]).toBe('The connection was closed.');
  });
});

describe('a message of blockchain.info', () => {
  // As in its documentation, without scripts.
  const told = {
    ...{ hash: '0857b9de1884eec314ecf67c040a2657b8e083e1f95e31d0b5ba3d328841fc7f' },
    ...{ time: 1_440_086_763, lock_time: 0, ver: 1, size: 192, tx_index: 99_006_637 },
    inputs: [{ prev_out: { addr: '1BwGf3z7n2fHk6NoVJNkV32qwyAYsMhkWf', value: 65_574_000, n: 0 } }],
    out: [{ addr: '1A828tTnkVFJfSvLCqF42ohZ51ksS3jJgX', value: 65_564_000, n: 0 }],
  };
  const read = (changes: object): Sighting | null => {
    const message = Unconfirmed.safeParse({ op: 'utx', x: { ...told, ...changes } });
    return message.success ? unconfirmedSighting(message.data) : null;
  };
  const out = (value: unknown): object => ({ out: [{ addr: SENDER, value, n: 0 }] });

  it('tells of a transaction with its exact amount', () => {
    expect(read({})).toMatchObject({
      ...{ chain: 'bitcoin', hash: told.hash, time: 1_440_086_763_000, source: 'blockchain-info' },
      legs: [{ baseUnits: '65564000', decimals: 8 }],
    });
  });

  it.each([
    ['a negative value', out(-65_564_000)],
    ['an absurd value', out(2 ** 53)],
    ['half a satoshi', out(0.5)],
    ['a value that is no number', out('65564000')],
    ['nothing that moves', out(0)],
    ['a negative input', { inputs: [{ prev_out: { value: -1 } }] }],
    ['no inputs', { inputs: undefined }],
    ['no outputs', { out: undefined }],
    ['no time', { time: undefined }],
    ['a time before all', { time: -1 }],
    ['a cut hash', { hash: told.hash.slice(1) }],
    ['no hash', { hash: undefined }],
  ])('with %s tells of nothing', (_, changes) => expect(read(changes)).toBeNull());
});
