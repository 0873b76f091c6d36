import type { OnBytes } from '@spyhop/platform/file-bytes';
import { z } from 'zod';
import type { Chains } from '../../rules/chains';
import { exactJsonOf } from '../json';
import {
  WHALE_ALERT,
  type Parsed,
  parseAlert,
  parseTransactionV2,
  parseTransactions,
} from '../whale-alert/parse';
import {
  Alert,
  ErrorV1,
  Refusal,
  StatusV1,
  TransactionV2,
  TransactionsV1,
  TransactionsV2,
} from '../whale-alert/wire';
import { BulkFileError, linesOf, wholeText } from './file';
import { type BulkFile, type BulkFormat, type BulkRow, faulty } from './format';

/** Answers of Whale Alert's REST API v1, each a file. */
export const whaleAlertBodies: BulkFormat = {
  name: WHALE_ALERT,
  rows: 'rows of answers',
  holds: ({ beginning }) => /^\s*\{\s*"result"\s*:/.test(beginning),
  read: async function* (
    { path }: BulkFile,
    onBytes: OnBytes,
    chains: Chains,
  ): AsyncGenerator<BulkRow> {
    const body = exactJsonOf(await wholeText(path, onBytes));
    const refused = ErrorV1.safeParse(body);
    if (refused.success) throw new BulkFileError(`Whale Alert refused: ${refused.data.message}`);
    const status = StatusV1.safeParse(body);
    if (status.success) return yield* status.data.blockchains.map((_, index) => aside(index + 1));
    const page = TransactionsV1.safeParse(body);
    if (!page.success) throw new BulkFileError('it is no answer of Whale Alert v1');
    for (const [index, row] of page.data.transactions.entries()) {
      yield rowOf(index + 1, parseTransactions([row], chains));
    }
  },
};

/** The chain of which a coin is the own one, where it is of one only; v2 does not say the chain by itself. */
const CHAINS: Readonly<Record<string, string>> = {
  ...{ BTC: 'bitcoin', TRX: 'tron', SOL: 'solana', XRP: 'ripple', DOGE: 'dogecoin' },
  ...{ BNB: 'bsc', POL: 'polygon', AVAX: 'avalanche', HYPE: 'hyperevm' },
};

/** A transaction, or a page of them, of Whale Alert's REST API v2, each a file. */
export const whaleAlertV2: BulkFormat = {
  name: WHALE_ALERT,
  rows: 'transactions of answers',
  holds: ({ beginning }) =>
    /^\s*\{/.test(beginning) && /"index_in_block"|^\s*\{\s*"transactions"/.test(beginning),
  read: async function* (
    { path }: BulkFile,
    onBytes: OnBytes,
    chains: Chains,
  ): AsyncGenerator<BulkRow> {
    const body = exactJsonOf(await wholeText(path, onBytes));
    const one = TransactionV2.safeParse(body);
    const page = TransactionsV2.safeParse(body);
    if (!page.success) throw new BulkFileError('it is no answer of Whale Alert v2');
    const rows = one.success ? [body] : page.data.transactions;
    for (const [index, row] of rows.entries()) yield v2RowOf(index + 1, row, chains);
  },
};

function v2RowOf(number: number, row: unknown, chains: Chains): BulkRow {
  const coin = TransactionV2.safeParse(row).data?.fee_symbol?.toUpperCase() ?? '';
  const chain = CHAINS[coin];
  return chain === undefined
    ? faulty(number, 'it does not say on which chain it was')
    : rowOf(number, parseTransactionV2(chain, row, chains));
}

/** Messages of Whale Alert's WebSocket, one a line. */
export const whaleAlertFrames: BulkFormat = {
  name: WHALE_ALERT,
  rows: 'messages',
  holds: ({ beginning }) => /^\s*\{[^\n]*"(channel_id|subscribed_alerts)"/.test(beginning),
  read: async function* (
    { path }: BulkFile,
    onBytes: OnBytes,
    chains: Chains,
  ): AsyncGenerator<BulkRow> {
    for await (const { number, line } of linesOf(path, onBytes))
      yield frameOf(number, line, chains);
  },
};

function frameOf(number: number, line: string, chains: Chains): BulkRow {
  const message = exactJsonOf(line);
  const alert = Alert.safeParse(message);
  if (alert.success) return rowOf(number, parseAlert(alert.data, chains));
  const refused = Refusal.safeParse(message);
  if (refused.success) return faulty(number, `Whale Alert refused: ${refused.data.error}`);
  if (message === null) return faulty(number, 'it is no JSON');
  // Confirmations and posts tell of nothing that can be stored.
  return Aside.safeParse(message).success
    ? aside(number)
    : faulty(number, 'it is no message of Whale Alert, or names no transaction');
}

const Aside = z.union([
  z.object({ type: z.string().startsWith('subscribed_') }),
  z.object({ channel_id: z.string(), urls: z.array(z.string()) }),
]);

const aside = (row: number): BulkRow => ({ row, sighting: null, faults: [] });

function rowOf(row: number, { sightings, faults }: Parsed): BulkRow {
  return { row, sighting: sightings[0] ?? null, faults };
}
