import { parseExactJson } from '@spyhop/platform/exact-json';
import type { OnBytes } from '@spyhop/platform/file-bytes';
import type { WhaleParty } from '@spyhop/platform/topics';
import { z } from 'zod';
import { wellKnownChains } from '../../rules/chains';
import { readAmount } from '../../rules/amounts';
import { type Coin, coinOf } from './coin';
import { BulkFileError, wholeText } from './file';
import { type BulkFile, type BulkFormat, type BulkRow, faulty } from './format';

// Lists of one coin's large transfers as a bot has found them on its chain, <coin>_whale_alert_history.json; nothing
// of Whale Alert in spite of the name. `type` is BUY, SELL or N/A, whoever sends to whom, and is not read.

const Row = z.object({
  hash: z.string(),
  /** An address, the beginning of one, or a name. */
  from: z.string(),
  to: z.string(),
  from_label: z.string().nullish(),
  to_label: z.string().nullish(),
  /** With or without its zone. */
  time: z.string(),
  value: z.string(),
});
type Row = z.infer<typeof Row>;

export const onchainScan: BulkFormat = {
  name: 'onchain-scan',
  rows: 'transfers',
  holds: ({ name, beginning }) =>
    coinOf(name) !== undefined && /^\s*\[\s*\{\s*"hash"\s*:/.test(beginning),
  read: async function* ({ path, name }: BulkFile, onBytes: OnBytes): AsyncGenerator<BulkRow> {
    const coin = coinOf(name);
    const rows = listOf(await wholeText(path, onBytes));
    if (coin === undefined) throw new BulkFileError('its name does not say of which coin it is');
    for (const [index, row] of rows.entries()) {
      const parsed = Row.safeParse(row);
      yield parsed.success
        ? rowOf(index + 1, parsed.data, coin)
        : faulty(index + 1, 'it has not the fields it must have');
    }
  },
};

function listOf(text: string): unknown[] {
  try {
    return z.array(z.unknown()).parse(parseExactJson(text));
  } catch {
    throw new BulkFileError('it is no list of rows');
  }
}

function rowOf(number: number, row: Row, { symbol, chain }: Coin): BulkRow {
  const hash = wellKnownChains.readHash(chain, row.hash);
  if (hash === null) return faulty(number, `${row.hash.slice(0, 80)} is no hash of ${chain}`);
  const amount = readAmount(row.value);
  if (amount === null) return faulty(number, `${row.value.slice(0, 40)} is no amount`);
  const { time, fault } = timeOf(row.time);
  if (time === null) return faulty(number, `${row.time.slice(0, 40)} is no time`);
  const faults = fault === null ? [] : [fault];
  const party = (text: string, label: string | null | undefined): WhaleParty => {
    const read = partyOf(chain, text, label);
    if (read.fault !== null) faults.push(read.fault);
    return read.party;
  };
  const leg = {
    ...{ symbol, kind: 'TRANSFER' as const, ...amount, statedUsd: null },
    from: [party(row.from, row.from_label)],
    to: [party(row.to, row.to_label)],
  };
  return { row: number, sighting: { chain, hash, time, legs: [leg] }, faults };
}

const TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(Z|[+-]\d\d:\d\d)?$/;

/** Epoch ms. Times without a zone go on where those with one leave off, block by block: they are UTC. */
function timeOf(text: string): { time: number | null; fault: string | null } {
  const [, day, clock, zone] = TIME.exec(text) ?? [];
  const time = Date.parse(`${day}T${clock}${zone ?? 'Z'}`);
  if (Number.isNaN(time)) return { time: null, fault: null };
  return { time, fault: zone === undefined ? 'its time has no zone: taken as UTC' : null };
}

type Owner = Pick<WhaleParty, 'owner' | 'ownerKind'>;

/** What the bot calls those it knows, in lower case. */
const OWNERS: Readonly<Record<string, Owner>> = {
  exchange: { owner: null, ownerKind: 'EXCHANGE' },
  org: { owner: null, ownerKind: 'OTHER' },
  binance: { owner: 'binance', ownerKind: 'EXCHANGE' },
  huobi: { owner: 'huobi', ownerKind: 'EXCHANGE' },
};
const NOBODY: Owner = { owner: null, ownerKind: 'UNKNOWN' };
const CUT = /\.\.\.$/;

const ownerOf = (name: string): Owner =>
  OWNERS[name.toLowerCase()] ?? { owner: name.slice(0, 64), ownerKind: 'OTHER' };

function partyOf(
  chain: string,
  text: string,
  label: string | null | undefined,
): { party: WhaleParty; fault: string | null } {
  const address = wellKnownChains.readAddress(chain, text);
  const isCut = CUT.test(text);
  const name = address === null && !isCut ? text : label && !CUT.test(label) ? label : null;
  const party = { address, ...(name === null ? NOBODY : ownerOf(name)) };
  if (address !== null) return { party, fault: null };
  const told = text.slice(0, 64);
  return {
    party,
    fault: isCut ? `the address ${told} is cut` : `${told} stands where an address should`,
  };
}
