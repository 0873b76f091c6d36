import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseExactJson } from '@spyhop/platform/exact-json';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { z } from 'zod';
import { transfersOf } from '../feeds/evm/parse';
import { EvmRig, type Shown } from './evm-rig';
import { until } from './rig';

const text = z.string();
const Block = z.object({ number: text, hash: text, parent_hash: text, timestamp: text });
const Log = z.object({
  ...{ address: text, data: text, topics: z.array(text) },
  ...{ transaction_hash: text, block_hash: text, log_index: text },
});
const Transaction = z.object({
  ...{ hash: text, block_hash: text, from_address: text, to_address: text.nullable() },
  ...{ value: text, receipt_status: text },
});
/** As ethereum-etl has read the same logs: amounts in base units. */
const Transfer = z.object({
  ...{ token_address: text, from_address: text, to_address: text, value: text },
  ...{ transaction_hash: text, log_index: text },
});

const linesOf = <Row>(file: string, schema: z.ZodType<Row>): Row[] => {
  const bytes = readFileSync(file);
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim();
  return lines.split('\n').map((line) => schema.parse(parseExactJson(line)));
};

const WETH = '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2';
const USDT = '0xdac17f958d2ee523a2206206994597c13d831ec7';
/** That have moved any of the tokens, or so much of the coin; counted like the figures below. */
const TRANSACTIONS = 142;
const LEAST_WEI = 1_500_000_000_000_000_000n;

const FOLDER = 'whales/ethereum-blocks-17173049_17173050';
describeRecorded(describe, 'two recorded blocks of Ethereum', FOLDER, (folder) => {
  const blocks = linesOf(join(folder, 'blocks.jsonl'), Block);
  const logs = linesOf(join(folder, 'logs.jsonl.gz'), Log);
  const transactions = linesOf(join(folder, 'transactions.jsonl.gz'), Transaction);
  const rows = linesOf(join(folder, 'token_transfers.jsonl.gz'), Transfer);
  // Things of which there is one each are among the rows; their logs have four topics.
  const placeOf = (of: { transaction_hash: string; log_index: string }): string =>
    `${of.transaction_hash}:${of.log_index}`;
  const things = new Set(logs.filter(({ topics }) => topics.length === 4).map(placeOf));
  const transfers = rows.filter((row) => !things.has(placeOf(row)));
  const tokens = [...new Set(transfers.map((row) => row.token_address))].map((address, index) => ({
    ...{ address, symbol: `T${index}`, decimals: 0, atLeast: '0' },
  }));
  const symbolOf = new Map(tokens.map(({ address, symbol }) => [address, symbol]));

  /** What holders have more of in the end, by transaction and token. */
  const gains = (all: typeof transfers): Map<string, bigint> => {
    const balances = new Map<string, bigint>();
    for (const row of all) {
      for (const [holder, sign] of [
        [row.to_address, 1n],
        [row.from_address, -1n],
      ] as const) {
        const key = [row.transaction_hash, symbolOf.get(row.token_address), holder].join();
        balances.set(key, (balances.get(key) ?? 0n) + sign * BigInt(row.value));
      }
    }
    const sums = new Map<string, bigint>();
    for (const [key, balance] of balances) {
      const moved = key.slice(0, key.lastIndexOf(','));
      if (balance > 0n) sums.set(moved, (sums.get(moved) ?? 0n) + balance);
    }
    return sums;
  };

  it('have 291 transfers, of which nine are of things; each of the others is read, to the digit', () => {
    expect(rows).toHaveLength(291);
    expect(transfers).toHaveLength(282);
    const read = transfersOf(
      logs.map((log) => ({
        ...{ address: log.address, data: log.data, topics: log.topics },
        ...{ transactionHash: log.transaction_hash, blockHash: log.block_hash },
      })),
      new Map(tokens.map((token) => [token.address, token])),
    );
    expect(read.faults).toEqual([]);
    const moved = transfers.filter(({ value }) => value !== '0');
    expect(moved).toHaveLength(279);
    expect(
      read.transfers.map(({ token, from, to, amount }) => [
        token.address,
        from,
        to,
        String(amount),
      ]),
    ).toEqual(moved.map((row) => [row.token_address, row.from_address, row.to_address, row.value]));
    expect(read.transfers.filter(({ amount }) => amount > 2n ** 53n)).toHaveLength(179);
  });

  describe('told by a node', () => {
    const rig = new EvmRig();
    let shown: Map<string, Shown>;
    beforeAll(async () => {
      await rig.open();
      await rig.begin();
      for (const { number, hash, parent_hash: parentHash, timestamp } of blocks) {
        rig.node.add({
          ...{ number: Number(number), hash, parentHash, timestamp: Number(timestamp) },
          logs: logs
            .filter((log) => log.block_hash === hash)
            .map(({ address, topics, data, transaction_hash: transactionHash }) => ({
              ...{ address, topics, data, transactionHash },
            })),
          transactions: transactions
            .filter((each) => each.block_hash === hash)
            .map((each) => ({
              ...{ hash: each.hash, from: each.from_address, to: each.to_address },
              value: `0x${BigInt(each.value).toString(16)}`,
              hasFailed: each.receipt_status === '0',
            })),
        });
      }
      // The chain begins here, so there is nothing before them to be read.
      rig.node.chain = rig.node.chain.slice(-2);
      const native = { symbol: 'ETH', decimals: 0, atLeast: String(LEAST_WEI) };
      await rig.follow({ tokens, confirmations: 2, native }, '0');
      await until(async () => (await rig.shown()).length >= TRANSACTIONS);
      shown = new Map((await rig.shown()).map((each) => [each.hash, each]));
    });
    afterAll(async () => {
      await rig?.end();
      await rig?.stop();
    });

    it('are stored transaction by transaction, with exactly what each has moved in the end', () => {
      const found = [...shown.values()].flatMap(({ hash, legs }) =>
        legs.map(({ symbol, amount }) => [hash, symbol, amount].join()),
      );
      const moved = gains(transfers);
      for (const { hash, value, receipt_status: status } of transactions) {
        if (BigInt(value) >= LEAST_WEI && status === '1') moved.set(`${hash},ETH`, BigInt(value));
      }
      expect(found.sort()).toEqual([...moved].map((entry) => entry.join()).sort());
    });

    // Counted over the same files by a script of a few lines in another language.
    it.each([
      ['USDT', USDT, [39, 979_468_218_963n, 600_321_880_000n]],
      ['WETH', WETH, [68, 70_966_431_132_140_314_892n, 12_013_451_935_700_119_211n]],
    ])(
      'have moved as much %s in all, and at once, as was counted by other means',
      (_, token, figures) => {
        const amounts = [...shown.values()]
          .flatMap(({ legs }) => legs)
          .filter(({ symbol }) => symbol === symbolOf.get(token))
          .map(({ amount }) => BigInt(amount));
        const sum = amounts.reduce((all, amount) => all + amount, 0n);
        const most = amounts.reduce((one, other) => (one > other ? one : other), 0n);
        expect([amounts.length, sum, most]).toEqual(figures);
      },
    );
  });
});
