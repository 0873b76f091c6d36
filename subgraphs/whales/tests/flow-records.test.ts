import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { Decimal } from 'decimal.js';
import { importCommand } from '../import';
import type { ClosesAt } from '../jobs/past-prices';
import { type WhalesRig, seen, startWhales } from './rig';

let whales: WhalesRig;
let folder: string;
beforeAll(async () => {
  whales = await startWhales();
  folder = await mkdtemp(join(tmpdir(), 'flow-records-'));
});
afterAll(async () => {
  await whales?.stop();
  await rm(folder, { recursive: true, force: true });
});

const noCloses: ClosesAt = async () => new Map();

/** What the import said, a line each, without how far it was meanwhile. */
async function importAll(path: string, databaseUrl = whales.databaseUrl): Promise<string[]> {
  const said: string[] = [];
  const output = { write: (text: string) => said.push(...text.trimEnd().split('\n')) };
  await importCommand([path], databaseUrl, noCloses, output);
  return said.filter((line) => !/^ *\d+ % /.test(line));
}

const HEADER = 'minute,exchange_to_wallet_used,wallet_to_exchange_usd';

const file = async (name: string, ...rows: readonly string[]): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, [HEADER, ...rows].join('\n'));
  return path;
};

const SOURCE = 'import:exchange-flows';

const RECORDED = `query ($symbol: ID!, $from: DateTime!, $to: DateTime!, $bucket: FlowBucket!, $source: String!) {
  exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: $bucket) {
    recorded(source: $source) { time inUsd outUsd netUsd }
  }
}`;

interface Bucket {
  time: string;
  inUsd: string;
  outUsd: string;
  netUsd: string;
}

async function recorded(
  { graph }: WhalesRig,
  range: { symbol: string; from: string; to: string; bucket: 'HOUR' | 'DAY' },
): Promise<Bucket[]> {
  const variables = { source: SOURCE, ...range };
  const { exchangeFlows } = await graph.data<{ exchangeFlows: { recorded: Bucket[] } }>(
    RECORDED,
    variables,
  );
  return exchangeFlows.recorded;
}

const recordings = async ({ graph }: WhalesRig, symbol: string): Promise<unknown> =>
  (await graph.data(`{ flowRecordings(symbol: "${symbol}") { source from to } }`))[
    'flowRecordings'
  ];

describe('flows that somebody else has recorded', () => {
  const BTC = { symbol: 'btc', from: '2024-11-05T00:00:00Z', to: '2024-11-07T00:00:00Z' };

  it('are added up to hours and days to the last digit, in whatever order their minutes come', async () => {
    const path = await file(
      'btc_made_up.csv',
      '2024-11-05 23:59:00.000 UTC,0.1,1000000.25',
      '2024-11-06 00:00:00.000 UTC,7,0',
      '2024-11-05 22:10:00.000 UTC,5,0',
      '2024-11-05 23:00:00.000 UTC,0.20000000000000000001,1.5E3',
    );
    expect(await importAll(path)).toEqual([
      'btc_made_up.csv: 4 minutes, 3 hours of exchange flows, 3 of them new',
    ]);
    expect(await recorded(whales, { ...BTC, bucket: 'HOUR' })).toEqual([
      { time: '2024-11-05T22:00:00.000Z', inUsd: '0', outUsd: '5', netUsd: '-5' },
      {
        ...{ time: '2024-11-05T23:00:00.000Z', inUsd: '1001500.25' },
        ...{ outUsd: '0.30000000000000000001', netUsd: '1001499.94999999999999999999' },
      },
      { time: '2024-11-06T00:00:00.000Z', inUsd: '0', outUsd: '7', netUsd: '-7' },
    ]);
    // A day is whole also where the time asked for ends within it.
    expect(
      await recorded(whales, { ...BTC, to: '2024-11-05T01:00:00Z', bucket: 'DAY' }),
    ).toMatchObject([{ time: '2024-11-05T00:00:00.000Z', inUsd: '1001500.25' }]);
    expect(await recordings(whales, 'btc')).toEqual([
      { source: SOURCE, from: '2024-11-05T22:00:00.000Z', to: '2024-11-06T01:00:00.000Z' },
    ]);
    expect(await recordings(whales, 'ETH')).toEqual([]);
  });

  it('change nothing when they are imported again, and of an hour the record with more minutes stands', async () => {
    const minutes = ['2024-01-01 05:00:00.000 UTC,1,2', '2024-01-01 05:01:00.000 UTC,10,20'];
    const hour = { symbol: 'ETH', from: '2024-01-01T05:00:00Z', to: '2024-01-01T06:00:00Z' };
    const inAndOut = async (): Promise<string[]> =>
      (await recorded(whales, { ...hour, bucket: 'HOUR' })).map(
        ({ inUsd, outUsd }) => `${inUsd} ${outUsd}`,
      );
    const all = await file('eth_all.csv', ...minutes);
    await importAll(all);
    expect(await importAll(all)).toEqual([
      'eth_all.csv: 2 minutes, 1 hours of exchange flows, all of them known: nothing has changed',
    ]);
    expect(await importAll(await file('eth_end.csv', minutes[1] ?? ''))).toEqual([
      'eth_end.csv: 1 minutes, 1 hours of exchange flows, all of them known: nothing has changed',
    ]);
    expect(await inAndOut()).toEqual(['22 11']);
    const more = await file('eth_more.csv', ...minutes, '2024-01-01 05:02:00.000 UTC,100,200');
    expect(await importAll(more)).toEqual([
      'eth_more.csv: 3 minutes, 1 hours of exchange flows, 0 of them new and 1 changed',
    ]);
    expect(await inAndOut()).toEqual(['222 111']);
  });

  it('are told of row by row where something is wrong with them, and the rest is taken', async () => {
    const path = await file(
      'sol_faulty.csv',
      '2024-02-30 00:00:00.000 UTC,1,1',
      '2024-02-01 00:00:30.000 UTC,1,1',
      '2024-02-01 00:00:00.000 UTC,-1,1',
      '2024-02-01 00:00:00.000 UTC,1,much',
      '2024-02-01 00:00:00.000 UTC,1,',
      '2024-02-01 00:00:00.000 UTC,1',
      '2024-02-01 00:00:00.000 UTC,3,4',
      '2024-02-01 00:00:00.000 UTC,3,4',
    );
    expect(await importAll(path)).toEqual([
      'sol_faulty.csv, row 2: 2024-02-30 00:00:00.000 UTC is no minute',
      'sol_faulty.csv, row 3: 2024-02-01 00:00:30.000 UTC is no minute',
      'sol_faulty.csv, row 4: -1 is no amount',
      'sol_faulty.csv, row 5: much is no amount',
      'sol_faulty.csv, row 6:  is no amount',
      'sol_faulty.csv, row 7: it has not the fields it must have',
      'sol_faulty.csv, row 9: a row before it tells of the same minute',
      'sol_faulty.csv: 8 minutes, 1 hours of exchange flows, 1 of them new; something is wrong with 7',
    ]);
    const february = { symbol: 'SOL', from: '2024-01-01T00:00:00Z', to: '2024-04-01T00:00:00Z' };
    expect(await recorded(whales, { ...february, bucket: 'DAY' })).toMatchObject([
      { inUsd: '4', outUsd: '3' },
    ]);
    expect(await importAll(await file('flows.csv', '2024-02-01 00:00:00.000 UTC,3,4'))).toEqual([
      'flows.csv, row 0: its name does not say of which coin it is; the rest of the file is left out',
      'flows.csv: 0 minutes, nothing in them to store; something is wrong with 1',
    ]);
  });

  it('are never counted into what was seen here, nor let go of with it', async () => {
    const time = '2024-07-01T10:30:00Z';
    await importAll(await file('link_one.csv', '2024-07-01 10:31:00.000 UTC,0,500'));
    const [leg] = seen().legs;
    if (leg === undefined) throw new Error('a transaction has a leg');
    const legs = [{ ...leg, symbol: 'LINK', usd: '70' }];
    const simulated = { kind: 'SIMULATED', begun: 1 } as const;
    const shown = async (): Promise<unknown> =>
      (
        await whales.graph.data(
          `{ exchangeFlows(symbol: "LINK", from: "2024-07-01T00:00:00Z", to: "2024-07-02T00:00:00Z", bucket: DAY) {
            buckets { inUsd } recorded(source: "${SOURCE}") { inUsd }
          } }`,
        )
      )['exchangeFlows'];
    await whales.see(seen({ time: Date.parse(time), legs, dataset: simulated }));
    expect(await shown()).toEqual({ buckets: [{ inUsd: '70' }], recorded: [{ inUsd: '500' }] });
    await whales.see(seen({ dataset: { kind: 'LIVE', begun: 2 } }));
    expect(await shown()).toEqual({ buckets: [], recorded: [{ inUsd: '500' }] });
  });
});

// Sums computed on the file itself with Python's decimal.
describeRecorded(
  describe,
  'a recorded year of flows of BTC',
  'whales/btc-exchange-flows-2024-11_2025-10/btc_etow_wtoe.csv.gz',
  (path) => {
    const YEAR = { symbol: 'BTC', from: '2024-11-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };
    const total = (buckets: readonly Bucket[], side: 'inUsd' | 'outUsd' | 'netUsd'): string =>
      Decimal.sum(...buckets.map((bucket) => bucket[side])).toFixed();

    it('is imported to the last digit, and imported again changes nothing', async () => {
      Decimal.set({ precision: 60 });
      const own = await startWhales();
      try {
        expect(await importAll(path, own.databaseUrl)).toEqual([
          'btc_etow_wtoe.csv.gz: 47,625 minutes, 8,196 hours of exchange flows, 8,196 of them new',
        ]);
        const days = await recorded(own, { ...YEAR, bucket: 'DAY' });
        expect(days).toHaveLength(342);
        expect(total(days, 'inUsd')).toBe('403428796235.37722042572214335');
        expect(total(days, 'outUsd')).toBe('421769736682.5445636209248435');
        expect(total(days, 'netUsd')).toBe('-18340940447.16734319520270015');
        expect(days.find(({ time }) => time.startsWith('2025-09-28'))).toEqual({
          ...{ time: '2025-09-28T00:00:00.000Z', inUsd: '1773977315.2756626928976' },
          ...{ outUsd: '576935901.2926450428540', netUsd: '1197041413.9830176500436' },
        });
        const hours = await recorded(own, {
          ...{ symbol: 'BTC', bucket: 'HOUR' },
          ...{ from: '2024-11-05T00:00:00Z', to: '2024-11-05T02:00:00Z' },
        });
        expect(hours.map(({ inUsd, outUsd }) => [inUsd, outUsd])).toEqual([
          ['83848689.2080120721', '17249523.9523103803'],
          ['1907463.28060608384', '3546603.75861250727'],
        ]);
        expect(await recordings(own, 'BTC')).toEqual([
          { source: SOURCE, from: '2024-11-05T00:00:00.000Z', to: '2025-10-13T00:00:00.000Z' },
        ]);
        expect(await importAll(path, own.databaseUrl)).toEqual([
          'btc_etow_wtoe.csv.gz: 47,625 minutes, 8,196 hours of exchange flows, all of them known: nothing has changed',
        ]);
        expect(await recorded(own, { ...YEAR, bucket: 'DAY' })).toEqual(days);
      } finally {
        await own.stop();
      }
    }, 900_000);
  },
);
