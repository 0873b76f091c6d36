import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseExactJson } from '@spyhop/platform/exact-json';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { parseAlert, parseTransactions } from '../feeds/whale-alert/parse';
import { createRestSource, pastOfV1 } from '../feeds/whale-alert/rest-source';
import { noMemory } from '../feeds/memory';
import { liveOutside } from '../feeds/outside';
import { type SocketOptions, createSocketSource } from '../feeds/whale-alert/socket-source';
import { Alert, TransactionsV1 } from '../feeds/whale-alert/wire';
import type { Source } from '../feeds/source';
import { amountText } from '../rules/amounts';
import { wellKnownChains } from '../rules/chains';
import type { Sighting } from '../rules/whale';
import { silent, until } from './rig';
import { type WhaleAlertServer, startWhaleAlert } from './whale-alert-server';

// As the vendor's documentation and a capture of June 2019 have them.
const PEEL = `{"blockchain":"bitcoin","symbol":"btc","id":"194995766","transaction_type":"transfer","hash":"4526b67aa7a1a35cd84745f2c5eec552aa7d11d5ad10c4c480f7ca5e72f39f35","from":{"address":"Multiple Addresses","owner":"binance","owner_type":"exchange"},"to":{"address":"3EbSda5tDELTY3hXAgguXanwNuDivqS2ep","owner":"sygnia.io","owner_type":"other"},"timestamp":1560837132,"amount":198.9523,"amount_usd":1812154.9,"transaction_count":1}`;
const ETHER = `{"blockchain":"ethereum","symbol":"eth","id":"194993240","transaction_type":"transfer","hash":"a41cda979c4bb5829aede4d96eeb9b64a02d3ed77b68bf18e2cf8147cd97a667","from":{"address":"387ad93bfe9957a4eeba0cb2ff9303f6ec0833d0","owner_type":"unknown"},"to":{"address":"540f79e4c0534f33b654f7c59c9a348171245374","owner_type":"unknown"},"timestamp":1560836998,"amount":4777,"amount_usd":1285958.8,"transaction_count":1}`;
const ALERT = `{"channel_id":"xlLZ7tJq","timestamp":1687389431,"blockchain":"ethereum","transaction_type":"transfer","from":"unknown wallet","to":"binance","amounts":[{"symbol":"USDC","amount":20006425.310176,"value_usd":20008425.95270702},{"symbol":"WETH","amount":5122.118861012107,"value_usd":9702266.325340524}],"text":"20,006,425 USDC transferred from unknown wallet to binance","transaction":{"height":17527000,"index_in_block":12,"timestamp":1687389431,"hash":"0x60b2f4ac1d2a1308aa04c82d70c388404c92c1d3474c13ca29188ada1edad9dc","fee":"0.003456","fee_symbol":"ETH","fee_symbol_price":1890.1,"sub_transactions":[]}}`;

const page = (...rows: string[]): string =>
  `{"result":"success","cursor":"b9f81e6","count":${rows.length},"transactions":[${rows.join(',')}]}`;

const rowsOf = (text: string): unknown[] => TransactionsV1.parse(parseExactJson(text)).transactions;

describe('a row of Whale Alert v1', () => {
  it('is read with every digit, 0x where it belongs, and no address where there are several', () => {
    const { sightings, faults } = parseTransactions(rowsOf(page(PEEL, ETHER)), wellKnownChains);
    expect(faults).toEqual([]);
    expect(sightings).toEqual([
      {
        ...{ chain: 'bitcoin', source: 'whale-alert', time: 1_560_837_132_000 },
        hash: '4526b67aa7a1a35cd84745f2c5eec552aa7d11d5ad10c4c480f7ca5e72f39f35',
        legs: [
          {
            ...{ symbol: 'BTC', kind: 'TRANSFER', baseUnits: '1989523', decimals: 4 },
            statedUsd: '1812154.9',
            from: [{ address: null, owner: 'binance', ownerKind: 'EXCHANGE' }],
            to: [
              {
                ...{ address: '3EbSda5tDELTY3hXAgguXanwNuDivqS2ep', owner: 'sygnia.io' },
                ownerKind: 'OTHER',
              },
            ],
          },
        ],
      },
      expect.objectContaining({
        hash: '0xa41cda979c4bb5829aede4d96eeb9b64a02d3ed77b68bf18e2cf8147cd97a667',
        legs: [
          expect.objectContaining({
            ...{ symbol: 'ETH', baseUnits: '4777', decimals: 0 },
            from: [
              {
                address: '0x387ad93bfe9957a4eeba0cb2ff9303f6ec0833d0',
                ...{ owner: null, ownerKind: 'UNKNOWN' },
              },
            ],
          }),
        ],
      }),
    ]);
  });

  it('of the same transaction in another asset adds a leg to it', () => {
    const other = ETHER.replace('"eth"', '"LINK"');
    const { sightings } = parseTransactions(rowsOf(page(ETHER, other)), wellKnownChains);
    expect(sightings.map(({ legs }) => legs.map(({ symbol }) => symbol))).toEqual([
      ['ETH', 'LINK'],
    ]);
  });

  it.each([
    ['a negative amount', PEEL.replace('198.9523', '-198.9523')],
    ['an amount of nothing', PEEL.replace('198.9523', '0')],
    // 2^256, one more than any token can hold.
    [
      'an absurd amount',
      PEEL.replace(
        '198.9523',
        '115792089237316195423570985008687907853269984665640564039457584007913129639936',
      ),
    ],
    ['an amount with 37 decimals', PEEL.replace('198.9523', `1.${'0'.repeat(36)}1`)],
    ['an amount that is no number', PEEL.replace('198.9523', '"much"')],
    ['a cut hash', ETHER.replace('2f39f35"', '"').replace('a41cda97', '')],
    ['a chain that is none', PEEL.replace('"bitcoin"', '"<script>"')],
    ['no time', PEEL.replace('1560837132', '0')],
    ['no amount', PEEL.replace('"amount":198.9523,', '')],
  ])('with %s is left out and told of, and the others are not', (_, row) => {
    const { sightings, faults } = parseTransactions(rowsOf(page(row, ETHER)), wellKnownChains);
    expect(sightings).toHaveLength(1);
    expect(faults).toHaveLength(1);
  });

  it.each([
    ['bitcoin', '0x387ad93bfe9957a4eeba0cb2ff9303f6ec0833d0'],
    ['bitcoin', '3EbSda5tDELTY3hXAgguXanwNuDivqS2e0'],
    ['ethereum', '3EbSda5tDELTY3hXAgguXanwNuDivqS2ep'],
    ['tron', 'TQn9Y2khEsLJW1ChVWFMSMeRDow5'],
    ['solana', '0x387ad93bfe9957a4eeba0cb2ff9303f6ec0833d0'],
    ['ripple', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  ])('on %s has nobody at %s, and its owner all the same', (chain, address) => {
    const row = PEEL.replace('"bitcoin"', `"${chain}"`)
      .replace('4526b67a', chain === 'ethereum' ? '0x4526b67a' : '4526b67a')
      .replace('Multiple Addresses', address);
    const { sightings, faults } = parseTransactions(rowsOf(page(row)), wellKnownChains);
    expect(faults).toEqual([]);
    expect(sightings[0]?.legs[0]?.from).toEqual([
      { address: null, owner: 'binance', ownerKind: 'EXCHANGE' },
    ]);
  });

  it('of a mint or a burn needs no address', () => {
    const mint = `{"blockchain":"tron","symbol":"USDT","transaction_type":"mint","hash":"aa00","to":{"owner":"tether treasury","owner_type":"treasury"},"timestamp":1560837132,"amount":1e9}`;
    const [sighting] = parseTransactions(rowsOf(page(mint)), wellKnownChains).sightings;
    expect(sighting?.legs).toMatchObject([
      {
        ...{ kind: 'MINT', baseUnits: '1000000000', decimals: 0, statedUsd: null, from: [] },
        to: [{ address: null, owner: 'tether treasury', ownerKind: 'TREASURY' }],
      },
    ]);
  });
});

describe('an alert of Whale Alert', () => {
  it('is known without a type, and moves several assets in one', () => {
    const alert = Alert.parse(parseExactJson(ALERT));
    const [sighting] = parseAlert(alert, wellKnownChains).sightings;
    expect(sighting?.legs.map((leg) => [leg.symbol, amountText(leg), leg.statedUsd])).toEqual([
      ['USDC', '20006425.310176', '20008425.95'],
      ['WETH', '5122.118861012107', '9702266.33'],
    ]);
    expect(sighting?.legs[0]).toMatchObject({
      from: [{ address: null, owner: null, ownerKind: 'UNKNOWN' }],
      to: [{ address: null, owner: 'binance', ownerKind: 'OTHER' }],
    });
  });

  it.each([
    ['a negative amount', ALERT.replace('20006425.310176', '-1')],
    ['an absurd amount', ALERT.replace('20006425.310176', `1${'0'.repeat(78)}`)],
    ['an amount of nothing', ALERT.replace('20006425.310176', '0.00')],
  ])('with %s of one asset still moves the other, and it is told of', (_, text) => {
    const { sightings, faults } = parseAlert(Alert.parse(parseExactJson(text)), wellKnownChains);
    expect(sightings[0]?.legs.map(({ symbol }) => symbol)).toEqual(['WETH']);
    expect(faults).toEqual([expect.stringMatching(/: 1 of its parts cannot be read$/)]);
  });

  it.each([
    ['a chain that can be none', ALERT.replace('"ethereum"', '"../etc"')],
    ['a time that is none', ALERT.replace('1687389431', '"now"')],
    ['a hash that is none', ALERT.replace('0x60b2f4', '')],
    ['nothing that has moved', ALERT.replace(/"amounts":\[.*?\]/, '"amounts":[]')],
  ])('with %s is left out and told of', (_, text) => {
    const { sightings, faults } = parseAlert(Alert.parse(parseExactJson(text)), wellKnownChains);
    expect([sightings, faults.length]).toEqual([[], 1]);
  });

  it('of a chain that nobody here has heard of is taken as it is', () => {
    const text = ALERT.replace('"ethereum"', '"Newchain_2"').replace('0x60b2', 'TX:60b2');
    expect(parseAlert(Alert.parse(parseExactJson(text)), wellKnownChains).sightings).toMatchObject([
      {
        chain: 'newchain_2',
        hash: 'TX:60b2f4ac1d2a1308aa04c82d70c388404c92c1d3474c13ca29188ada1edad9dc',
      },
    ]);
  });

  it.each(['81.5', '"81.5"'])('takes a price of %s, and does not count change', (price) => {
    const parts = `[{"symbol":"BTC","unit_price_usd":${price},"transaction_type":"transfer","inputs":[{"amount":"10","address":"1BoatSLRHtKNngkdXEeobR76b53LETtpyT","owner":"kraken","owner_type":"exchange","address_type":"cold_wallet"}],"outputs":[{"amount":"4","address":"34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo"},{"amount":"5.9999","address":"1BoatSLRHtKNngkdXEeobR76b53LETtpyT"}]}]`;
    const text = ALERT.replace('"sub_transactions":[]', `"sub_transactions":${parts}`)
      .replace('"ethereum"', '"bitcoin"')
      .replace('0x60b2', '60b2');
    const [sighting] = parseAlert(Alert.parse(parseExactJson(text)), wellKnownChains).sightings;
    expect(sighting?.legs).toMatchObject([
      {
        ...{ symbol: 'BTC', baseUnits: '4', decimals: 0, statedUsd: '326' },
        from: [{ owner: 'kraken', ownerKind: 'EXCHANGE_COLD' }],
        to: [{ address: '34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo', ownerKind: 'UNKNOWN' }],
      },
    ]);
  });

  it('tells what each of several has had, where its source does', () => {
    const parts = `[{"symbol":"BTC","transaction_type":"transfer","inputs":[{"amount":"10","address":"1BoatSLRHtKNngkdXEeobR76b53LETtpyT"}],"outputs":[{"amount":"0.1","address":"34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo","owner":"binance","owner_type":"exchange"},{"amount":"8.9","address":"3EbSda5tDELTY3hXAgguXanwNuDivqS2ep"},{"amount":"0.9999","address":"1BoatSLRHtKNngkdXEeobR76b53LETtpyT"}]}]`;
    const text = ALERT.replace('"sub_transactions":[]', `"sub_transactions":${parts}`)
      .replace('"ethereum"', '"bitcoin"')
      .replace('0x60b2', '60b2');
    const [sighting] = parseAlert(Alert.parse(parseExactJson(text)), wellKnownChains).sightings;
    // 9 in all, told with as many decimals as the amounts of each need.
    expect(sighting?.legs).toMatchObject([
      {
        ...{ baseUnits: '90000', decimals: 4 },
        from: [{ address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT' }],
        to: [
          { owner: 'binance', amount: '1000' },
          { owner: null, amount: '89000' },
        ],
      },
    ]);
    expect(sighting?.legs[0]?.from[0]).not.toHaveProperty('amount');
  });
});

describe('the sources of Whale Alert', () => {
  let server: WhaleAlertServer;
  let ending: AbortController;
  let seen: Sighting[];
  let told: string[];
  let notes: string[];
  let running: Promise<void>;
  beforeEach(async () => {
    [server, ending] = [await startWhaleAlert(), new AbortController()];
    [seen, told, notes] = [[], [], []];
    running = Promise.resolve();
  });
  afterEach(async () => {
    ending.abort();
    await running;
    await server.close();
  });

  const run = (source: Source): void => {
    running = source.run(
      {
        seen: async (sighting) => seen.push(sighting) > 0,
        connected: (note = '') => {
          told.push('connected');
          notes.push(note);
        },
        disconnected: (reason) => void told.push(reason),
      },
      ending.signal,
    );
  };
  const rest = (): Source =>
    createRestSource({
      ...{ host: server.restHost, key: 'secret', minUsd: '500000', everyMs: 10 },
      callsPerMinute: 1_000,
      ...{ clock: () => 1_560_840_000_000, known: wellKnownChains, log: silent },
    });
  const socket = (pingMs = 10_000, parts: Partial<SocketOptions> = {}): Source =>
    createSocketSource({
      ...{ host: server.socketHost, key: 'secret', minUsd: '250000', log: silent },
      ...{ pingMs, retryMs: 20, known: wellKnownChains, outside: liveOutside },
      ...{ past: null, memory: noMemory, ...parts },
    });

  it('v1 goes on behind the cursor, also after pages without transactions', async () => {
    server.answers.push(
      { body: page(PEEL) },
      { body: '{"result":"success","count":0}' },
      { body: page(ETHER) },
    );
    run(rest());
    await until(async () => seen.length === 2);
    const [first, second, third] = server.asked;
    expect(Object.fromEntries(first ?? [])).toEqual({
      ...{ api_key: 'secret', start: '1560836400', min_value: '500000', limit: '100' },
    });
    expect([second?.get('cursor'), second?.get('start')]).toEqual(['b9f81e6', '1560836400']);
    expect(third?.get('cursor')).toBe('b9f81e6');
  });

  it.each([
    [
      'a wrong key',
      { status: 401, body: '{"result":"error","message":"invalid api_key"}' },
      'Refused: invalid api_key',
    ],
    [
      'HTML',
      { status: 502, body: '<html>Bad Gateway</html>' },
      'It answered with 502 and nothing that can be read.',
    ],
  ])('v1 says so on %s, without the key', async (_, answer, message) => {
    server.answers.push(answer);
    run(rest());
    await until(async () => told.length > 0);
    expect(told[0]).toBe(message);
  });

  it('v1 waits as long as it is told to where its quota is used up', async () => {
    server.answers.push(
      { status: 429, headers: { 'retry-after': '1' }, body: '' },
      { body: page(PEEL) },
    );
    const began = performance.now();
    run(rest());
    await until(async () => seen.length === 1);
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_000);
    expect(told[0]).toMatch(/quota/);
    expect(told[1]).toBe('connected');
  });

  it('the socket subscribes once it is open, and hands over alerts', async () => {
    run(socket());
    await until(async () => told.includes('connected'));
    expect(server.said[0]).toMatchObject({ type: 'subscribe_alerts', min_value_usd: 250_000 });
    server.tell('not JSON');
    server.tell('{"type":"socials","text":"much burned"}');
    server.tell(ALERT);
    await until(async () => seen.length === 1);
  });

  describe('with v1 beside the socket', () => {
    const now = 1_560_840_000_000;
    const beside = (reachedAt: number): Source => {
      const outside = { ...liveOutside, clock: () => now };
      const reached = { time: reachedAt, chains: [] };
      const past = pastOfV1({
        ...{ host: server.restHost, key: 'secret', minUsd: '500000', callsPerMinute: 10 },
        ...{ clock: outside.clock, known: wellKnownChains, log: silent },
      });
      return socket(10_000, { past, outside, memory: { ...noMemory, all: async () => [reached] } });
    };

    it('what was missed is read page by page behind the newest that was kept', async () => {
      server.answers.push({ body: page(PEEL) }, { body: page(ETHER) });
      run(beside(now - 600_000));
      await until(async () => /was made up for/.test(notes.at(-1) ?? ''));
      expect(seen.map(({ chain }) => chain)).toEqual(['bitcoin', 'ethereum']);
      // A quarter of an hour before; the third page has nothing.
      expect(server.asked.map((query) => [query.get('start'), query.get('cursor')])).toEqual([
        ['1560838500', null],
        ['1560838500', 'b9f81e6'],
        ['1560838500', 'b9f81e6'],
      ]);
      expect(notes.at(-1)).toBe(
        "All since 2019-06-18T06:15Z was made up for, with 3 calls of the plan's 10 a minute.",
      );
    });

    it('what is older than an hour is said to be lost', async () => {
      run(beside(now - 7_200_000));
      await until(async () => /was made up for/.test(notes.at(-1) ?? ''));
      expect(server.asked[0]?.get('start')).toBe('1560836400');
      expect(notes.at(-1)).toMatch(
        /What was before 2019-06-18T05:40Z is not to be had any more\.$/,
      );
    });
  });

  it('the socket comes back, and subscribes anew, where the connection breaks', async () => {
    run(socket());
    await until(async () => told.includes('connected'));
    server.drop();
    await until(async () => server.connections() === 2 && told.at(-1) === 'connected');
    expect(server.said).toHaveLength(2);
  });

  it('the socket gives up on a server that has refused the key, and tries again later', async () => {
    server.greeting = '{"error":"Invalid API key"}';
    run(socket());
    await until(async () => told.length > 0);
    expect(told[0]).toBe('Refused: Invalid API key');
    expect(told.join()).not.toContain('secret');
  });
});

describeRecorded(
  describe,
  'recorded bodies of Whale Alert v1',
  'whales/whale-alert-api-v1',
  (folder) => {
    const bodyOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

    // 24, 2 and 2, as the README of the recordings says.
    it.each([
      ['transactions_2019-06-18.json', 24],
      ['transactions_2020-05-04.json', 2],
      ['transactions_2023-03-25.json', 2],
      ['transactions_empty.json', 0],
    ])('%s has %i rows that can be read', (name, count) => {
      const { sightings, faults } = parseTransactions(rowsOf(bodyOf(name)), wellKnownChains);
      expect(faults).toEqual([]);
      expect(sightings.flatMap(({ legs }) => legs)).toHaveLength(count);
    });
  },
);
