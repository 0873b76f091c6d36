import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WhaleParty, WhaleTransactionSeen } from '@spyhop/platform/topics';
import { type WhalesRig, leg, seen, startWhales } from './rig';

let whales: WhalesRig;
beforeAll(async () => void (whales = await startWhales()));
afterAll(() => whales?.stop());

const nobody: WhaleParty = { address: 'somebody', owner: null, ownerKind: 'UNKNOWN' };
const hot = (owner: string): WhaleParty => ({
  ...{ address: `${owner}-hot`, owner, ownerKind: 'EXCHANGE_HOT' as const },
});
const deposit = (owner: string): WhaleParty => ({
  ...{ address: `${owner}-deposit`, owner, ownerKind: 'EXCHANGE_DEPOSIT' as const },
});

/** As many units of an asset with two decimals, worth ten dollars each. */
const moved = (
  symbol: string,
  time: string,
  from: WhaleParty,
  to: WhaleParty,
  units: number,
): WhaleTransactionSeen =>
  seen({
    time: Date.parse(time),
    legs: [
      leg({
        symbol,
        baseUnits: String(units * 100),
        decimals: 2,
        usd: String(units * 10),
        ...{ from: [from], to: [to] },
      }),
    ],
  });

const FLOWS = `query ($symbol: ID!, $from: DateTime!, $to: DateTime!, $bucket: FlowBucket! = HOUR) {
  exchangeFlows(symbol: $symbol, from: $from, to: $to, bucket: $bucket) {
    buckets { time in out net inUsd outUsd netUsd }
    exchanges { exchange in out net inUsd outUsd netUsd }
  }
}`;

interface Flows {
  buckets: Record<string, string>[];
  exchanges: Record<string, string>[];
}

const flowsOf = async (symbol: string, more: Record<string, string> = {}): Promise<Flows> => {
  const variables = { symbol, from: '2024-03-01T00:00:00Z', to: '2024-03-03T00:00:00Z', ...more };
  return (await whales.graph.data<{ exchangeFlows: Flows }>(FLOWS, variables)).exchangeFlows;
};

describe('exchange flows of an asset', () => {
  it('are by hour and by day what crossed the border of all exchanges, and by exchange what crossed its own', async () => {
    await whales.see(
      moved('FLOW', '2024-03-01T10:59:59.999Z', nobody, deposit('binance'), 500),
      moved('FLOW', '2024-03-01T10:00:00Z', hot('kraken'), nobody, 200),
      // Neither of these crosses the border of all exchanges.
      moved('FLOW', '2024-03-01T11:30:00Z', hot('binance'), hot('kraken'), 30),
      moved('FLOW', '2024-03-01T11:40:00Z', deposit('binance'), hot('binance'), 4_000),
      moved('FLOW', '2024-03-02T00:00:00Z', nobody, hot('kraken'), 7),
    );
    const { buckets, exchanges } = await flowsOf('FLOW');
    expect(buckets).toEqual([
      {
        ...{ time: '2024-03-01T10:00:00.000Z', in: '500', out: '200', net: '300' },
        ...{ inUsd: '5000', outUsd: '2000', netUsd: '3000' },
      },
      {
        ...{ time: '2024-03-02T00:00:00.000Z', in: '7', out: '0', net: '7' },
        ...{ inUsd: '70', outUsd: '0', netUsd: '70' },
      },
    ]);
    expect(exchanges).toEqual([
      {
        ...{ exchange: 'binance', in: '500', out: '30', net: '470' },
        ...{ inUsd: '5000', outUsd: '300', netUsd: '4700' },
      },
      {
        ...{ exchange: 'kraken', in: '37', out: '200', net: '-163' },
        ...{ inUsd: '370', outUsd: '2000', netUsd: '-1630' },
      },
    ]);
    const days = await flowsOf('FLOW', { bucket: 'DAY' });
    expect(days.exchanges).toEqual(exchanges);
    expect(days.buckets).toMatchObject([
      { time: '2024-03-01T00:00:00.000Z', net: '300' },
      { time: '2024-03-02T00:00:00.000Z', net: '7' },
    ]);
  });
});
