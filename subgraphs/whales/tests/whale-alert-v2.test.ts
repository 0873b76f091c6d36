import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseExactJson } from '@spyhop/platform/exact-json';
import type { Stop } from '@spyhop/platform/shutdown';
import { WebSocketServer } from 'ws';
import { CallBudget } from '../feeds/whale-alert/call-budget';
import { parseTransactionV2 } from '../feeds/whale-alert/parse';
import { wellKnownChains } from '../rules/chains';
import { TransactionsV2 } from '../feeds/whale-alert/wire';
import { amountText } from '../rules/amounts';
import { type WhalesRig, startWhales, until } from './rig';
import {
  type MinedTransaction,
  type WhaleAlertV2Server,
  dollarsToKraken,
  startWhaleAlertV2,
} from './whale-alert-v2-server';

// As the vendor's examples have it.
const MINT = `{"height":44204309,"index_in_block":3,"timestamp":1787735817,"hash":"0x489057d96f773fe596f869bb7822dda44aafb86334510a28c8de9bd17662c29f","fee":"0.000436038733996662","fee_symbol":"HYPE","fee_symbol_price":81.74165,"sub_transactions":[
 {"symbol":"USDC","unit_price_usd":0.999999875,"transaction_type":"mint","inputs":[],"outputs":[{"amount":"499999.8","address":"0xb21d281dedb17ae5b501f6aa8256fe38c4e45757","balance":"14082.194469","address_type":"coinbase"}]},
 {"symbol":"USDC","unit_price_usd":0.999999875,"transaction_type":"transfer","inputs":[{"amount":"499999.8","address":"0xb21d281dedb17ae5b501f6aa8256fe38c4e45757","balance":"14082.194469","address_type":"coinbase"}],"outputs":[{"amount":"499999.8","address":"0x6b9e773128f453f5c2c60935ee2de2cbc5390a24","balance":"613079295.644111","owner":"usdc treasury","owner_type":"bank","address_type":"coinbase"}]}]}`;

describe('a transaction of Whale Alert v2', () => {
  it('has a leg for each thing that it did, on the chain that was asked', () => {
    const { sightings, faults } = parseTransactionV2(
      'hyperevm',
      parseExactJson(MINT),
      wellKnownChains,
    );
    expect(faults).toEqual([]);
    expect(sightings).toMatchObject([
      {
        ...{ chain: 'hyperevm', time: 1_787_735_817_000, source: 'whale-alert' },
        legs: [
          { kind: 'MINT', statedUsd: '499999.74', from: [], to: [{ ownerKind: 'UNKNOWN' }] },
          { kind: 'TRANSFER', to: [{ owner: 'usdc treasury', ownerKind: 'TREASURY' }] },
        ],
      },
    ]);
    expect(sightings[0]?.legs.map(amountText)).toEqual(['499999.8', '499999.8']);
  });

  it('that freezes something tells how much by its balance', () => {
    const frozen = MINT.replace(
      '"mint","inputs":[],"outputs":[{"amount":"499999.8",',
      '"freeze","inputs":[],"outputs":[{',
    );
    const [sighting] = parseTransactionV2(
      'hyperevm',
      parseExactJson(frozen),
      wellKnownChains,
    ).sightings;
    expect(sighting?.legs[0]).toMatchObject({
      kind: 'FREEZE',
      baseUnits: '14082194469',
      decimals: 6,
    });
  });

  it.each([
    ['a negative amount', MINT.replaceAll('"amount":"499999.8"', '"amount":"-499999.8"')],
    ['an absurd amount', MINT.replaceAll('499999.8', '9'.repeat(90))],
    ['no parts', MINT.replace('sub_transactions', 'other')],
    ['a hash that is none', MINT.replace('c29f"', '"')],
    ['a time that is none', MINT.replace('1787735817', '"soon"')],
  ])('with %s is left out and told of', (_, text) => {
    const { sightings, faults } = parseTransactionV2(
      'hyperevm',
      parseExactJson(text),
      wellKnownChains,
    );
    expect([sightings, faults.length]).toEqual([[], 1]);
  });

  it.each([
    ['text', '"0.5"', '249999.9'],
    ['a number', '0.5', '249999.9'],
    ['below zero', '-0.5', null],
  ])('whose price is %s is worth what that comes to', (_, price, usd) => {
    const text = MINT.replaceAll('"unit_price_usd":0.999999875', `"unit_price_usd":${price}`);
    const [sighting] = parseTransactionV2(
      'hyperevm',
      parseExactJson(text),
      wellKnownChains,
    ).sightings;
    expect(sighting?.legs.map(({ statedUsd }) => statedUsd)).toEqual([usd, usd]);
  });

  it('without owners and prices is somebody’s, of unknown worth', () => {
    const bare = MINT.replaceAll('"unit_price_usd":0.999999875,', '').replace(
      '"owner":"usdc treasury","owner_type":"bank",',
      '',
    );
    const { sightings, faults } = parseTransactionV2(
      'hyperevm',
      parseExactJson(bare),
      wellKnownChains,
    );
    expect(faults).toEqual([]);
    expect(sightings[0]?.legs).toMatchObject([
      { statedUsd: null, to: [{ owner: null, ownerKind: 'UNKNOWN' }] },
      { statedUsd: null, to: [{ owner: null, ownerKind: 'UNKNOWN' }] },
    ]);
  });

  it.each(['{}', '{"transactions":null}', '{"next":"x"}'])('is in none of a page %s', (page) => {
    expect(TransactionsV2.parse(parseExactJson(page)).transactions).toEqual([]);
  });

  it('on a chain that can be none is left out', () => {
    expect(parseTransactionV2('<b>', parseExactJson(MINT), wellKnownChains).faults).toEqual([
      '<b> is no chain',
    ]);
  });
});

describe('the calls of a plan', () => {
  it('are never more in any minute than it has, and it is said how many are used', async () => {
    const now = { ms: 0 };
    const budget = new CallBudget(2, () => now.ms);
    const notes: string[] = [];
    const ending = new AbortController();
    const turn = (): Promise<void> =>
      budget.turn({ connected: (note = '') => void notes.push(note) }, ending.signal);
    await turn();
    now.ms = 59_000;
    await turn();
    expect(budget.said()).toBe("2 of 2 calls of the key's plan were used in the last minute.");
    ending.abort();
    await turn();
    expect(notes).toEqual([]);
    now.ms = 60_000;
    expect(budget.said()).toBe("1 of 2 calls of the key's plan were used in the last minute.");
  });
});

describe('the feed with a key of Whale Alert v2', () => {
  let whales: WhalesRig;
  let server: WhaleAlertV2Server;
  let stops: Stop[];
  beforeEach(async () => {
    whales = await startWhales();
    server = await startWhaleAlertV2();
    stops = [];
  });
  afterEach(async () => {
    for (const stop of stops) await stop();
    await server?.close();
    await whales?.stop();
  });

  const feed = async (env: Record<string, string> = {}): Promise<void> => {
    stops.push(
      await whales.feed({
        ...{
          MEMPOOL_SPACE: 'off',
          EXCHANGE_PRINTS: 'off',
          WHALE_SOURCE: 'live',
          WHALE_ALERT_KEY: 'secret',
        },
        ...{ WHALE_ALERT_API: 'v2', WHALE_ALERT_REST_HOST: server.host },
        ...{ WHALE_ALERT_CHAINS: 'bitcoin, ethereum', WHALE_ALERT_POLL_MS: '100', ...env },
      }),
    );
  };

  const mined = (height: number, index: number): MinedTransaction =>
    dollarsToKraken(height, index, 1_787_735_817);

  interface Shown {
    whaleFeedStatus: {
      state: string;
      sources: { name: string; isConnected: boolean; message: string }[];
    } | null;
    whaleTransactions: { edges: { node: { id: string; sources: string[] } }[] };
  }
  const shown = (): Promise<Shown> =>
    whales.graph.data<Shown>(`{
      whaleFeedStatus { state sources { name isConnected message } }
      whaleTransactions(first: 200) { edges { node { id sources } } }
    }`);
  const count = (): Promise<number> => whales.prisma.whaleTransaction.count();
  const messageOf = async (name: string): Promise<string> =>
    (await shown()).whaleFeedStatus?.sources.find((each) => each.name === name)?.message ?? '';

  it('reads all pages of each chain once, goes on behind the last one, and shows the calls it has used', async () => {
    // The first page is full in the middle of a block.
    const bitcoin = Array.from({ length: 300 }, (_, index) =>
      mined(100 + (index >> 6), index & 63),
    );
    server.chains.set('bitcoin', bitcoin).set('ethereum', []);
    await feed();
    await until(async () => (await count()) === 300);
    const pages = (): URL[] =>
      server.asked.filter(({ pathname }) => pathname === '/bitcoin/transactions');
    expect(Object.fromEntries(pages()[0]?.searchParams ?? [])).toEqual({
      ...{ api_key: 'secret', start_height: '100', start_index: '0' },
      ...{ min_value: '250000', limit: '256', order: 'asc' },
    });
    expect(pages()[1]?.search).toContain('start_height=103&start_index=64&');
    bitcoin.push(mined(104, 44), mined(105, 0));
    server.chains.get('ethereum')?.push(mined(101, 7));
    await until(async () => (await count()) === 303);
    await until(async () =>
      /^\d+ of 1000 calls of the key's plan/.test(await messageOf('whale-alert')),
    );
  });

  it('says of which chain the plan has nothing, and reads the others', async () => {
    server.chains.set('bitcoin', [mined(100, 1)]);
    await feed();
    await until(async () => (await count()) === 1);
    await until(async () =>
      /ethereum: It answered with 422 and no such chain\./.test(await messageOf('whale-alert')),
    );
    expect((await shown()).whaleFeedStatus?.state).toBe('RUNNING');
  });

  it('with its quota used up is shown as such, and other sources go on', async () => {
    server.chains.set('bitcoin', []).set('ethereum', []);
    server.quota = 3;
    const txid = 'ab'.repeat(32);
    const mempool = await startMempool(txid);
    stops.push(mempool.close);
    await feed({ MEMPOOL_SPACE: 'on', MEMPOOL_SPACE_HOST: mempool.host });
    await until(async () => (await count()) === 1);
    await until(async () =>
      /quota of the key is used up; other sources go on/.test(await messageOf('whale-alert')),
    );
    const { whaleFeedStatus, whaleTransactions } = await shown();
    expect(whaleFeedStatus).toMatchObject({
      state: 'RUNNING',
      sources: expect.arrayContaining([
        expect.objectContaining({ name: 'whale-alert', isConnected: false }),
        expect.objectContaining({ name: 'mempool-space', isConnected: true }),
      ]),
    });
    expect(whaleTransactions.edges[0]?.node).toEqual({
      id: `bitcoin:${txid}`,
      sources: ['mempool-space'],
    });
    expect(JSON.stringify(whaleFeedStatus)).not.toContain('secret');
  });

  it('tells of the same transaction as another source once, and names both', async () => {
    const txid = 'cd'.repeat(32);
    server.chains.set('bitcoin', [{ ...mined(100, 1), hash: txid }]).set('ethereum', []);
    const mempool = await startMempool(txid);
    stops.push(mempool.close);
    await feed({ MEMPOOL_SPACE: 'on', MEMPOOL_SPACE_HOST: mempool.host });
    const sources = async (): Promise<string[]> =>
      (await shown()).whaleTransactions.edges.flatMap(({ node }) => node.sources);
    await until(async () => (await sources()).length === 2);
    expect((await sources()).sort()).toEqual(['mempool-space', 'whale-alert']);
    expect(await count()).toBe(1);
  });

  it('says that the key is refused, without the key', async () => {
    await feed({ WHALE_ALERT_KEY: 'stolen' });
    await until(async () => (await messageOf('whale-alert')) === 'Refused: invalid api key');
  });
});

/** mempool.space with one large transaction in its next block. */
async function startMempool(txid: string): Promise<{ host: string; close: () => Promise<void> }> {
  const output = {
    scriptpubkey_address: '18GxdcLgNtRUc8v5TNJtPnvoi8jMVWxvb',
    value: 5_000_000_000,
  };
  const prevout = { ...output, scriptpubkey_address: '1HXb8YtsgBhFWdYezjd6bt7Dw4UGKyZo54' };
  const found = { txid, vin: [{ prevout }], vout: [output], status: { confirmed: false } };
  const http = createServer((_, response) => response.end(JSON.stringify(found)));
  const sockets = new WebSocketServer({ server: http });
  const block = { sequence: 1, blockTransactions: [[txid, 2_000, 171.25, output.value]] };
  sockets.on('connection', (socket) =>
    socket.on('message', () =>
      socket.send(JSON.stringify({ 'projected-block-transactions': block })),
    ),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    host: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
