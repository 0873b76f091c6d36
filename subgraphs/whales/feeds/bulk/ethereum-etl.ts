import type { OnBytes } from '@spyhop/platform/file-bytes';
import { z } from 'zod';
import { readEvmAddress, readEvmHash } from '../../rules/addresses';
import { amountOf } from '../../rules/amounts';
import { tokenAt } from '../../rules/tokens';
import type { SightedLeg } from '../../rules/whale';
import { exactJsonOf } from '../json';
import { csvRows } from './csv';
import { linesOf } from './file';
import { type BulkFile, type BulkFormat, type BulkRow, faulty } from './format';

// What github.com/blockchain-etl/ethereum-etl exports: transactions and token transfers, as JSON a line or as CSV.
// Numbers as the text they are written in; most values are larger than a double can hold.

const digits = z.string().regex(/^\d{1,78}$/);
/** Empty or null where a contract is made. */
const address = z.string().nullable();

const Transaction = z.object({
  hash: z.string(),
  from_address: address,
  to_address: address,
  /** In wei. */
  value: digits,
  /** Seconds. */
  block_timestamp: digits,
  /** 0 where it has failed; not told before Byzantium (2017). */
  receipt_status: z.string().nullish(),
});

const TokenTransfer = z.object({
  transaction_hash: z.string(),
  token_address: z.string(),
  from_address: address,
  to_address: address,
  /** In the token's smallest unit. */
  value: digits,
  block_timestamp: digits,
});

const CHAIN = 'ethereum';
const ETHER_DECIMALS = 18;
const NOTHING = '0x0000000000000000000000000000000000000000';

const isJson = (beginning: string): boolean =>
  /^\s*\{\s*"type"\s*:\s*"(transaction|token_transfer)"/.test(beginning);

export const ethereumEtl: BulkFormat = {
  name: 'ethereum-etl',
  rows: 'transactions and token transfers',
  holds: ({ beginning }) => isJson(beginning) || beginning.startsWith('hash,nonce,block_hash,'),
  read: async function* ({ path, beginning }: BulkFile, onBytes: OnBytes): AsyncGenerator<BulkRow> {
    if (isJson(beginning)) {
      for await (const { number, line } of linesOf(path, onBytes))
        yield rowOf(number, exactJsonOf(line));
    } else {
      for await (const { number, fields } of csvRows(path, onBytes)) yield rowOf(number, fields);
    }
  },
};

function rowOf(number: number, row: unknown): BulkRow {
  const transaction = Transaction.safeParse(row);
  if (transaction.success) return transactionOf(number, transaction.data);
  const transfer = TokenTransfer.safeParse(row);
  if (transfer.success) return transferOf(number, transfer.data);
  return faulty(number, 'it has not the fields it must have');
}

function transactionOf(number: number, row: z.infer<typeof Transaction>): BulkRow {
  if (row.value === '0' || row.receipt_status === '0') return nothing(number);
  const amount = amountOf(BigInt(row.value), ETHER_DECIMALS);
  if (amount === null) return faulty(number, `${row.value} is no amount`);
  return moved(number, row.hash, row, { symbol: 'ETH', ...amount });
}

function transferOf(number: number, row: z.infer<typeof TokenTransfer>): BulkRow {
  if (row.value === '0') return nothing(number);
  const contract = readEvmAddress(row.token_address);
  const token = contract === null ? null : tokenAt(contract);
  if (token === null) {
    return faulty(
      number,
      `${row.token_address.slice(0, 64)} is no known token: amount ${row.value}`,
    );
  }
  const amount = amountOf(BigInt(row.value), token.decimals);
  if (amount === null) return faulty(number, `${row.value} is no amount`);
  return moved(number, row.transaction_hash, row, { symbol: token.symbol, ...amount });
}

const nothing = (row: number): BulkRow => ({ row, sighting: null, faults: [] });

function moved(
  number: number,
  hashText: string,
  row: { from_address: string | null; to_address: string | null; block_timestamp: string },
  what: Pick<SightedLeg, 'symbol' | 'baseUnits' | 'decimals'>,
): BulkRow {
  const hash = readEvmHash(hashText);
  if (hash === null) return faulty(number, `${hashText.slice(0, 80)} is no hash of ${CHAIN}`);
  const time = Number(row.block_timestamp) * 1_000;
  if (!Number.isSafeInteger(time) || time === 0) {
    return faulty(number, `${row.block_timestamp} is no time`);
  }
  const [from, to] = [row.from_address, row.to_address];
  const kind = from === NOTHING ? 'MINT' : to === NOTHING ? 'BURN' : 'TRANSFER';
  const leg: SightedLeg = {
    ...{ ...what, kind, statedUsd: null },
    from: kind === 'MINT' ? [] : [partyOf(from)],
    to: kind === 'BURN' ? [] : [partyOf(to)],
  };
  return { row: number, sighting: { chain: CHAIN, hash, time, legs: [leg] }, faults: [] };
}

const partyOf = (text: string | null): SightedLeg['from'][number] => ({
  address: text === null ? null : readEvmAddress(text),
  ...{ owner: null, ownerKind: 'UNKNOWN' as const },
});
