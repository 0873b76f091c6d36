import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import { type Telling, mergeLegs, retoldLegs } from '../rules/merge';
import { UNSAID, isOtherwise, isWithdrawn, laterOf } from '../rules/status';
import { type WhaleTransaction, idOf } from '../rules/whale';
import type { Change } from './counted';
import type { Folds } from './folds';
import { rebandPatternMoves } from './pattern-search';
import { clearRollUps, rolledUp } from './roll-up';
import { COLUMNS, type Row, transactionOf } from './rows';
import { type AssetOf, removeFormerRows, storedRows } from './stored-rows';
import { removeWalletMoves } from './wallet-roll-up';

type Transaction = Prisma.TransactionClient;

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
    if (changed.size === 0) return null;
    const placed = await this.folds.place(sql, turn.position, [...changed.values()]);
    const again = placed.transactions.filter((each) => known.has(idOf(each)));
    const changes = changesOf(known, changed);
    await removeFormerRows(sql, again, gone);
    await removeWalletMoves(sql, changes);
    const told = position + placed.earlier.length;
    await sql.$executeRaw`
      WITH ${Prisma.join([...storedRows(placed.transactions), ...rolledUp(changes)])}
      UPDATE whales.journal SET position = ${told}`;
    await rebandPatternMoves(sql, again);
    const newest = await this.folds.write(sql, placed, position);
    if (newest > told) await sql.$executeRaw`UPDATE whales.journal SET position = ${newest}`;
    return newest === turn.position ? null : newest;
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
      await sql.$executeRaw`DELETE FROM whales.party_owner`;
      await sql.$executeRaw`DELETE FROM whales.transaction`;
      await clearRollUps(sql);
      await sql.$executeRaw`UPDATE whales.journal SET kind = ${kind}, begun = ${new Date(begun)}`;
    }
    return seen.filter(({ dataset }) => dataset.kind === kind);
  }
}

/** A plan is kept for long: one that was made while tables were small would read them from end to end. */
const BY_KEYS_ALONE = Prisma.sql`
  set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true)`;

async function takeTurn(sql: Transaction): Promise<Turn> {
  const [turn] = await sql.$queryRaw<Turn[]>`
    SELECT position::float8 AS position, kind, (extract(epoch FROM begun) * 1000)::float8 AS begun,
      ${BY_KEYS_ALONE}
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

/** What counts otherwise than before. */
const changesOf = (
  known: ReadonlyMap<string, WhaleTransaction>,
  changed: ReadonlyMap<string, WhaleTransaction>,
): Change[] =>
  [...changed]
    .map(([id, after]) => ({ before: standing(known.get(id)), after: standing(after) }))
    .filter(({ before, after }) => before?.legs !== after?.legs);

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

const tellingOf = ({ legs, sources: [first] }: WhaleTransaction): Telling => ({
  legs,
  source: first ?? '',
});

/** The very same where there is nothing to add. */
function enriched(
  known: WhaleTransaction,
  { source, legs: told }: WhaleTransactionSeen,
): WhaleTransaction {
  const merged = mergeLegs(tellingOf(known), { legs: told, source });
  const isNews = JSON.stringify(merged) !== JSON.stringify(known.legs);
  if (known.sources.includes(source) && !isNews) return known;
  const legs = isNews ? merged : known.legs;
  return { ...known, legs, sources: [...new Set([...known.sources, source])] };
}

/** The very same where nothing was learned later than what is known. */
function settled(
  known: WhaleTransaction,
  { state: told, legs, source }: WhaleTransactionSeen,
  nextPosition: () => number,
): WhaleTransaction {
  const state = told === undefined ? known.state : laterOf(known.state, told);
  if (state === known.state) return known;
  if (!isOtherwise(known.state, state)) return { ...known, state };
  const isBack = isWithdrawn(known.state) && !isWithdrawn(state);
  return {
    ...{ ...known, state, position: nextPosition() },
    legs: isBack ? retoldLegs(tellingOf(known), { legs, source }) : known.legs,
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
