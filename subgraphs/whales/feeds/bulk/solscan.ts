import type { OnBytes } from '@spyhop/platform/file-bytes';
import { z } from 'zod';
import { readOtherAddress, readOtherHash } from '../../rules/addresses';
import { amountOf, readAmount } from '../../rules/amounts';
import type { SightedLeg } from '../../rules/whale';
import { csvRows } from './csv';
import { type BulkFile, type BulkFormat, type BulkRow, faulty } from './format';

// Solscan's export of the transfers of one account.

const Row = z.object({
  Signature: z.string(),
  /** Seconds. */
  'Block Time': z.string().regex(/^\d{1,12}$/),
  From: z.string(),
  To: z.string(),
  /** In the smallest unit. */
  Amount: z.string().regex(/^\d{1,78}$/),
  /** In USD. */
  Value: z.string(),
  Decimals: z.coerce.number().int(),
  /** SOL, or the address of a token, which says nothing of its name. */
  'Token Address': z.string(),
});

const CHAIN = 'solana';

export const solscan: BulkFormat = {
  name: 'solscan',
  rows: 'transfers',
  holds: ({ beginning }) => beginning.startsWith('Signature,Block Time,'),
  read: async function* ({ path }: BulkFile, onBytes: OnBytes): AsyncGenerator<BulkRow> {
    for await (const { number, fields } of csvRows(path, onBytes)) yield rowOf(number, fields);
  },
};

function rowOf(number: number, fields: unknown): BulkRow {
  const parsed = Row.safeParse(fields);
  if (!parsed.success) return faulty(number, 'it has not the fields it must have');
  const { Signature: text, Amount, Decimals, Value, From, To, ...row } = parsed.data;
  const hash = readOtherHash(text);
  if (hash === null) return faulty(number, `${text.slice(0, 80)} is no signature`);
  const symbol = row['Token Address'];
  if (symbol !== 'SOL') return faulty(number, `${symbol.slice(0, 64)} is no known token`);
  const amount = amountOf(BigInt(Amount), Decimals);
  if (amount === null) return faulty(number, `${Amount} is no amount`);
  const leg: SightedLeg = {
    ...{ symbol, kind: 'TRANSFER', ...amount, statedUsd: readAmount(Value) ? Value : null },
    from: [partyOf(From)],
    to: [partyOf(To)],
  };
  const time = Number(row['Block Time']) * 1_000;
  return { row: number, sighting: { chain: CHAIN, hash, time, legs: [leg] }, faults: [] };
}

const partyOf = (text: string): SightedLeg['from'][number] => ({
  address: readOtherAddress(CHAIN, text),
  ...{ owner: null, ownerKind: 'UNKNOWN' as const },
});
