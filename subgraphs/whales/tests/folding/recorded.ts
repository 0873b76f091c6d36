import { readFileSync } from 'node:fs';
import { parseExactJson } from '@spyhop/platform/exact-json';
import { recordedData } from '@spyhop/platform/testkit/recorded-data';
import type { WhaleParty } from '@spyhop/platform/topics';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { TransactionsV1 } from '../../feeds/whale-alert/wire';
import { whaleSignal } from '../../feeds/labels/parse';
import { parseTransactions } from '../../feeds/whale-alert/parse';
import { wellKnownChains } from '../../rules/chains';
import type { FoldReason } from '../../rules/folding/fold';
import type { Foldable } from '../../rules/folding/window';
import { namedBy } from '../../rules/labels';
import { type Cases, type Labelled, moved, nobody } from './case';

const TRANSFERS = 'whales/onchain-large-transfers-2025-10';
const BLOCKS = 'whales/ethereum-blocks-17173049_17173050';
const MARCH_2017 =
  'whales/ethereum-transactions-2017-03-06/transactions_03300000_03399999_small.csv.gz';
const LABELS = 'labels/crypto-whale-signals/address_labels.csv.gz';
const ALERTS = 'whales/whale-alert-api-v1/transactions_2019-06-18.json';

/** All there is to label recordings with: beginnings of the hashes of one event each, read by eye. */
const BY_EYE: readonly { reason: FoldReason; hashes: string }[] = [
  // Whale Alert, June 2019: each hop pays on nearly all of what the one before has paid, within 65 s.
  { reason: 'PEEL_CHAIN', hashes: '911797e1 e233e2e7 9e97ba38 348af4e4' },
  { reason: 'PEEL_CHAIN', hashes: '94c633c7 5a34eff3 ce49bb9f a49c1ec6 d81d8639 e7b17ac9' },
  { reason: 'PEEL_CHAIN', hashes: '30d1dde7 1cf4a189 024d5e83' },
  // March 2017: an exchange moves what it has from one of its wallets to another, twice within ten minutes.
  { reason: 'INTERNAL', hashes: '0xe13ec4bd88 0xf5fd38378c' },
  { reason: 'INTERNAL', hashes: '0x906709fd56 0x79ed39588f' },
  { reason: 'INTERNAL', hashes: '0xd515ca74c1 0x68f20804da' },
  { reason: 'INTERNAL', hashes: '0x6d46a13097 0x1f518980cd' },
  // October 2025, BTC: wallets that pay themselves, again and again over hours and days.
  {
    reason: 'CHANGE',
    hashes:
      'e3548e26f1 7b0c0d8abb 2c9e58657e 4114eff04c 89cb5bae99 832ff503cf 5ad45c2d5a 9ad7c9ad4f 3154647aa3',
  },
  { reason: 'CHANGE', hashes: 'a29f52c4b6 da059d9b87 44f9cc07a9' },
  {
    reason: 'CHANGE',
    hashes: '6026eb979d b733f53a6b 5953cd534a 5026459e55 d2dd5b5f64 60128c2d3f',
  },
  // October 2025, ETH: 500 in a ring of three, twice; 900 back and forth between three.
  { reason: 'PEEL_CHAIN', hashes: '0x48bfe88e86 0x632d4a1f1e 0xa83982a044' },
  { reason: 'PEEL_CHAIN', hashes: '0xddd2986dd4 0xcd55a612e7 0x2a85a568aa' },
  {
    reason: 'PEEL_CHAIN',
    hashes: '0x5864cdc416 0xca7e119289 0xdd4ef918b9 0xfa49fb0d5f 0x12487f132a',
  },
  // October 2025, LINK: one amount goes from wallet to wallet, mostly into an exchange at the end.
  { reason: 'PEEL_CHAIN', hashes: '0x43e1f95a0e 0xa92471a106 0x6d5913e8d0' },
  { reason: 'PEEL_CHAIN', hashes: '0x61a8f52d75 0x61a15b58df 0x353c1c2dc2' },
  { reason: 'PEEL_CHAIN', hashes: '0x3113624b3b 0xb69438fcc0 0x0863da84b4' },
  { reason: 'PEEL_CHAIN', hashes: '0xde47414da7 0x9b406be942 0xad8b30ef55' },
  { reason: 'PEEL_CHAIN', hashes: '0xfd5c8d3095 0xb56b289b6c 0x4c0aa8af9d' },
  { reason: 'PEEL_CHAIN', hashes: '0x0d02c089f4 0x1499f72556 0x3891643534' },
  { reason: 'PEEL_CHAIN', hashes: '0xd94bbcc72d 0xe5edeff526 0xb59a1ddf24 0x251c20a823' },
  { reason: 'PEEL_CHAIN', hashes: '0x7e62c06671 0x66a9cebcd1 0x3717b7bb6d' },
  // The labels have the one between as Wintermute's wallet for deposits: all of one goes on to its main wallet.
  { reason: 'CONSOLIDATION', hashes: '0xc9efa979dd 0x53935c81dc' },
];

function labelledByEye(transactions: readonly Foldable[]): Labelled[] {
  return transactions.map((transaction) => {
    const own = BY_EYE.find(({ hashes }) =>
      hashes.split(' ').some((start) => transaction.hash.startsWith(start)),
    );
    return { transaction, event: own?.hashes ?? null, reason: own?.reason ?? null };
  });
}

/** Whether this machine has them. */
export const hasRecordings = (): boolean =>
  [TRANSFERS, BLOCKS, MARCH_2017, LABELS, ALERTS].every((path) => recordedData(path) !== null);

/** All recordings, each labelled on its own. Only where there are any. */
export const recordedCases = (): Cases[] => [
  exchangesOfMarch2017(),
  alertsOfJune2019(),
  transfersOf('btc', 'bitcoin', 'btc_whale_alert_history.json.gz'),
  withReturns(transfersOf('eth', 'ethereum', 'eth_whale_alert_history.json.gz')),
  withReturns(transfersOf('link', 'ethereum', 'link_whale_alert_history.json.gz')),
  blocksOfMay2023(),
];

function read(path: string): string {
  const file = recordedData(path);
  if (file === null) throw new Error(`there is no recording ${path}`);
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function alertsOfJune2019(): Cases {
  const { transactions } = TransactionsV1.parse(parseExactJson(read(ALERTS)));
  const { sightings } = parseTransactions(transactions, wellKnownChains);
  const told = sightings.map(({ chain, hash, time, legs }) => ({
    ...{ chain, hash, time, fold: null },
    legs: legs.map((leg) => ({ ...leg, usd: null, usdBasis: null })),
  }));
  return { name: 'Whale Alert, June 2019', transactions: labelledByEye(told) };
}

/** Of a file of CSV without quotes: each row by its header. */
function rowsOf(path: string): Record<string, string>[] {
  const [header = '', ...lines] = read(path).trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, fields[at] ?? '']));
  });
}

/** What moved with one of the exchanges that the labels name, who are named by them. */
function exchangesOfMarch2017(): Cases {
  const labels = new Map(
    rowsOf(LABELS)
      .filter(({ category }) => category === 'exchange')
      .map((row) => [(row['address'] ?? '').toLowerCase(), { ...whaleSignal(row), isOwn: false }]),
  );
  const party = (address: string | undefined): WhaleParty =>
    namedBy(nobody(address || null), labels.get(address ?? '') ?? null);
  const told = rowsOf(MARCH_2017)
    .filter(({ value }) => value !== '0')
    .filter((row) => labels.has(row['from_address']) || labels.has(row['to_address']))
    .map((row) => ({
      ...{ chain: 'ethereum', hash: row['hash'] ?? '', fold: null },
      time: Number(row['block_timestamp']) * 1_000,
      legs: [
        {
          ...{ symbol: 'ETH', kind: 'TRANSFER' as const, baseUnits: row['value'] ?? '' },
          ...{ decimals: 18, usd: null, usdBasis: null },
          ...{ from: [party(row['from_address'])], to: [party(row['to_address'])] },
        },
      ],
    }))
    .sort((a, b) => a.time - b.time);
  return { name: 'exchanges on Ethereum, March 2017', transactions: labelledByEye(told) };
}

const Transfer = z.object({
  hash: z.string(),
  from: z.string(),
  to: z.string(),
  /** UTC, some with an offset of zero and some without any. */
  time: z.string(),
  value: z.coerce.number(),
});
type Transfer = z.infer<typeof Transfer>;

function transfersOf(coin: string, chain: string, file: string): Cases & { rows: Transfer[] } {
  const rows = z
    .array(Transfer)
    .parse(JSON.parse(read(`${TRANSFERS}/${file}`)))
    .sort((a, b) => timeOf(a) - timeOf(b));
  const told = rows.map((row) =>
    moved({
      ...{ hash: row.hash, time: timeOf(row), amount: row.value },
      ...{ from: [partyOf(chain, row.from)], to: [partyOf(chain, row.to)] },
      ...{ chain, symbol: coin.toUpperCase() },
    }),
  );
  const name = `${coin.toUpperCase()}, October 2025`;
  return { name, transactions: labelledByEye(told), rows };
}

const timeOf = ({ time }: Transfer): number =>
  Date.parse(`${time.slice(0, 19).replace(' ', 'T')}Z`);

/** Some addresses are cut, and some are a name instead. */
function partyOf(chain: string, text: string): WhaleParty {
  if (text.endsWith('...')) return nobody(null);
  const address = wellKnownChains.readAddress(chain, text);
  if (chain !== 'ethereum' || text.startsWith('0x')) return nobody(address);
  return { address: null, owner: text.toLowerCase(), ownerKind: 'EXCHANGE' };
}

/** From one block of Ethereum to the next. */
const BLOCK_MS = 12_000;

const HOUR_MS = 60 * 60_000;

/**
 * What goes out and comes back between the same two wallets, and so has moved nothing: in the same block or the next
 * one, less or more by 5 % at most, where bots trade around somebody else's order; or to a thousandth within an hour.
 * Each with the latest that has not come back yet.
 */
function withReturns({ name, transactions, rows }: ReturnType<typeof transfersOf>): Cases {
  const labels = transactions.map((each) => ({ ...each }));
  for (const [index, back] of rows.entries()) {
    const at = rows.findLastIndex(
      (sent, before) => before < index && labels[before]?.event === null && isReturn(sent, back),
    );
    const [sent, returned] = [labels[at], labels[index]];
    if (sent === undefined || returned === undefined || returned.event !== null) continue;
    const event = sent.transaction.hash;
    Object.assign(sent, { event, reason: 'CHANGE' });
    Object.assign(returned, { event, reason: 'CHANGE' });
  }
  return { name, transactions: labels };
}

const isReturn = (sent: Transfer, back: Transfer): boolean =>
  ![sent.from, sent.to].some((address) => address.endsWith('...')) &&
  back.from === sent.to &&
  back.to === sent.from &&
  isSame(sent.value, back.value, timeOf(back) - timeOf(sent));

const isSame = (sent: number, back: number, waitedMs: number): boolean =>
  waitedMs <= (Math.abs(back / sent - 1) <= 0.001 ? HOUR_MS : BLOCK_MS) &&
  Math.abs(back / sent - 1) <= 0.05;

const TokenTransfer = z.object({
  token_address: z.string(),
  from_address: z.string(),
  to_address: z.string(),
  value: z.string(),
  transaction_hash: z.string(),
  block_timestamp: z.coerce.number(),
});

/** Two blocks with all that they hold: nobody moves anything in two steps there. */
function blocksOfMay2023(): Cases {
  const transfers = read(`${BLOCKS}/token_transfers.jsonl.gz`)
    .trim()
    .split('\n')
    .map((line) => TokenTransfer.parse(parseExactJson(line)))
    .filter(({ value }) => value !== '0');
  const byHash = Map.groupBy(transfers, ({ transaction_hash: hash }) => hash);
  const told = [...byHash].map(([hash, legs]) => ({
    ...{ chain: 'ethereum', hash, time: (legs[0]?.block_timestamp ?? 0) * 1_000, fold: null },
    legs: legs.map((each) => ({
      ...{ symbol: each.token_address, kind: 'TRANSFER' as const, baseUnits: each.value },
      ...{ decimals: 18, usd: null, usdBasis: null },
      ...{ from: [nobody(each.from_address)], to: [nobody(each.to_address)] },
    })),
  }));
  return { name: 'two blocks of Ethereum, May 2023', transactions: labelledByEye(told) };
}
