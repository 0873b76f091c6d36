import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import type { Prisma, PrismaClient } from '@spyhop/prisma/client';
import { amountText } from '../rules/amounts';
import { directionOf } from '../rules/direction';
import { Exact, sumOfKnown } from '../rules/exact';
import { mergeLegs, retoldLegs } from '../rules/merge';
import { UNSAID, isOtherwise, isWithdrawn, laterOf } from '../rules/status';
import { WITHDRAWN_BAND, usdBand } from '../rules/usd-band';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { type Folds, listedColumns } from './folds';
import { type Change, clearRollUps, rollUp } from './roll-up';
import { COLUMNS, type Row, transactionOf } from './rows';
import { statusColumns, statusesTakenOver } from './statuses';

type Transaction = Prisma.TransactionClient;

/** An asset that a transaction moves. */
interface AssetOf {
  symbol: string;
  chain: string;
  hash: string;
}

interface Turn {
  position: number;
  kind: string | null;
  /** Epoch ms. */
  begun: number;
}

/**
 * Writes transactions, one writer at a time: whoever holds the journal's row gives out the next positions, so
 * that who has read up to one has missed nothing before it.
 */
export class Journal {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly folds: Pick<Folds, 'place' | 'write' | 'forget'>,
  ) {}

  /**
   * Stores what was seen; what is known already gains what another source adds, and takes a new position where its
   * status has changed. Resolves to the newest position, or to null where none is new.
   */
  async save(seen: readonly WhaleTransactionSeen[]): Promise<number | null> {
    try {
      return await this.prisma.$transaction((sql) => this.saveIn(sql, seen));
    } catch (err) {
      this.folds.forget();
      throw err;
    }
  }

  private async saveIn(
    sql: Transaction,
    seen: readonly WhaleTransactionSeen[],
  ): Promise<number | null> {
    const turn = await takeTurn(sql);
    const current = await this.currentOf(sql, turn, seen);
    const known = await findKnown(sql, current);
    let { position } = turn;
    const changed = new Map<string, WhaleTransaction>();
    const gone: AssetOf[] = [];
    for (const each of current) {
      const id = idOf(each);
      const before = changed.get(id) ?? known.get(id);
      const after = before
        ? settled(enriched(before, each), each, () => (position += 1))
        : firstOf(each, (position += 1));
      if (after === before) continue;
      changed.set(id, after);
      gone.push(...goneFrom(before, after));
    }
    const placed = await this.folds.place(sql, turn.position, [...changed.values()]);
    await write(sql, placed.transactions);
    await removeMoves(sql, gone);
    await rollUp(sql, changesOf(known, changed));
    position = await this.folds.write(sql, placed, position);
    if (position === turn.position) return null;
    await sql.$executeRaw`UPDATE whales.journal SET position = ${position}`;
    return position;
  }

  /** Simulated and real transactions never stand together: of two kinds the one that began later counts. */
  private async currentOf(
    sql: Transaction,
    turn: Turn,
    seen: readonly WhaleTransactionSeen[],
  ): Promise<WhaleTransactionSeen[]> {
    let { kind, begun } = turn;
    for (const { dataset } of seen) {
      if (kind === null || (dataset.kind !== kind && dataset.begun > begun)) {
        ({ kind, begun } = dataset);
      }
    }
    if (kind !== turn.kind) {
      this.folds.forget();
      await sql.$executeRaw`DELETE FROM whales.fold`;
      await sql.$executeRaw`DELETE FROM whales.asset_move`;
      await sql.$executeRaw`DELETE FROM whales.transaction`;
      await clearRollUps(sql);
      await sql.$executeRaw`UPDATE whales.journal SET kind = ${kind}, begun = ${new Date(begun)}`;
    }
    return seen.filter(({ dataset }) => dataset.kind === kind);
  }
}

async function takeTurn(sql: Transaction): Promise<Turn> {
  const [turn] = await sql.$queryRaw<Turn[]>`
    SELECT position::float8 AS position, kind, (extract(epoch FROM begun) * 1000)::float8 AS begun
    FROM whales.journal FOR UPDATE`;
  if (turn === undefined) throw new Error('whales.journal has lost its row');
  return turn;
}

async function findKnown(
  sql: Transaction,
  seen: readonly WhaleTransactionSeen[],
): Promise<Map<string, WhaleTransaction>> {
  const chains = seen.map(({ chain }) => chain);
  const hashes = seen.map(({ hash }) => hash);
  const rows = await sql.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM whales.transaction t
    WHERE (t.chain, t.hash) IN (SELECT * FROM unnest(${chains}::text[], ${hashes}::text[]))`;
  return new Map(rows.map((row) => [idOf(row), transactionOf(row)]));
}

const changesOf = (
  known: ReadonlyMap<string, WhaleTransaction>,
  changed: ReadonlyMap<string, WhaleTransaction>,
): Change[] =>
  [...changed].map(([id, after]) => ({
    before: standing(known.get(id)),
    after: standing(after),
  }));

/** Null for what was taken back, which counts for nothing. */
const standing = (transaction: WhaleTransaction | undefined): WhaleTransaction | null =>
  transaction === undefined || isWithdrawn(transaction.state) ? null : transaction;

const firstOf = (
  { chain, hash, time, legs, source, state = UNSAID }: WhaleTransactionSeen,
  position: number,
): WhaleTransaction => ({
  ...{ chain, hash, time, legs, position, sources: [source] },
  ...{ firstPosition: position, state, fold: null },
});

/** The very same where there is nothing to add. */
function enriched(
  known: WhaleTransaction,
  { source, legs }: WhaleTransactionSeen,
): WhaleTransaction {
  const merged = mergeLegs(known.legs, legs);
  const isNews = JSON.stringify(merged) !== JSON.stringify(known.legs);
  if (known.sources.includes(source) && !isNews) return known;
  return { ...known, legs: merged, sources: [...new Set([...known.sources, source])] };
}

/** The very same where nothing was learned later than what is known. */
function settled(
  known: WhaleTransaction,
  { state: told, legs }: WhaleTransactionSeen,
  nextPosition: () => number,
): WhaleTransaction {
  const state = told === undefined ? known.state : laterOf(known.state, told);
  if (state === known.state) return known;
  if (!isOtherwise(known.state, state)) return { ...known, state };
  const isBack = isWithdrawn(known.state) && !isWithdrawn(state);
  return {
    ...{ ...known, state, position: nextPosition() },
    legs: isBack ? retoldLegs(known.legs, legs) : known.legs,
  };
}

/** Assets that it does not move any more. */
function goneFrom(
  before: WhaleTransaction | undefined,
  { chain, hash, legs }: WhaleTransaction,
): AssetOf[] {
  const symbols = new Set(legs.map(({ symbol }) => symbol));
  const gone = before?.legs.filter(({ symbol }) => !symbols.has(symbol)) ?? [];
  return gone.map(({ symbol }) => ({ symbol, chain, hash }));
}

async function write(sql: Transaction, transactions: readonly WhaleTransaction[]): Promise<void> {
  if (transactions.length === 0) return;
  const rows = transactions.map((transaction) => {
    const usd = sumOfKnown(transaction.legs.map((leg) => leg.usd));
    const time = new Date(transaction.time).toISOString();
    const direction = directionOf(transaction.legs);
    const columns = { ...statusColumns(transaction), ...listedColumns(transaction), direction };
    const usd_band = isWithdrawn(transaction.state) ? WITHDRAWN_BAND : usdBand(usd);
    // The fold is stored once, and not with each of its members.
    return { ...transaction, ...columns, fold: undefined, time, usd, usd_band };
  });
  await sql.$executeRaw`
    INSERT INTO whales.transaction (chain, hash, position, time, usd, usd_band, legs, sources,
      direction, fold_hash, listed_band, listed_usd, listed_direction, status, status_at,
      confirmations, replaced_by, first_position)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      chain text, hash text, position bigint, time timestamptz, usd numeric, usd_band smallint,
      legs jsonb, sources text[], direction text, fold_hash text, listed_band smallint,
      listed_usd numeric, listed_direction text, status text, status_at timestamptz,
      confirmations int, replaced_by text, first_position bigint)
    ON CONFLICT (chain, hash) DO UPDATE SET usd = excluded.usd, usd_band = excluded.usd_band,
      legs = excluded.legs, sources = excluded.sources, direction = excluded.direction,
      fold_hash = excluded.fold_hash, listed_band = excluded.listed_band,
      listed_usd = excluded.listed_usd, listed_direction = excluded.listed_direction,
      ${statusesTakenOver}`;
  const moves = rows.flatMap(({ legs, ...row }) =>
    [...new Set(legs.map(({ symbol }) => symbol))].map((symbol) => {
      const own = legs.filter((leg) => leg.symbol === symbol);
      const amount = own.reduce((sum, leg) => sum.plus(amountText(leg)), new Exact(0)).toFixed();
      const usd = sumOfKnown(own.map((leg) => leg.usd));
      return { ...row, symbol, amount, usd, direction: directionOf(own) };
    }),
  );
  await sql.$executeRaw`
    INSERT INTO whales.asset_move (symbol, chain, hash, time, usd_band, amount, usd, direction,
      is_fold, listed_band, listed_direction)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) AS given (
      symbol text, chain text, hash text, time timestamptz, usd_band smallint, amount numeric,
      usd numeric, direction text, is_fold boolean, listed_band smallint, listed_direction text)
    ON CONFLICT (symbol, chain, hash) DO UPDATE SET usd_band = excluded.usd_band,
      amount = excluded.amount, usd = excluded.usd, direction = excluded.direction,
      is_fold = excluded.is_fold, listed_band = excluded.listed_band,
      listed_direction = excluded.listed_direction`;
}

async function removeMoves(sql: Transaction, gone: readonly AssetOf[]): Promise<void> {
  if (gone.length === 0) return;
  await sql.$executeRaw`
    DELETE FROM whales.asset_move WHERE (symbol, chain, hash) IN (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) AS given (
        symbol text, chain text, hash text))`;
}
