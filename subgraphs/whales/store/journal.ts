import { setTimeout as sleep } from 'node:timers/promises';
import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedDatabase, PipelinedTransaction } from '@spyhop/prisma/pipelined';
import type { Fold } from '../rules/folding/fold';
import { type Telling, mergeLegs, retoldLegs } from '../rules/merge';
import { wantingLabels } from '../rules/labels';
import { UNSAID, isOtherwise, isWithdrawn, laterOf } from '../rules/status';
import { type WhaleTransaction, idOf } from '../rules/whale';
import type { Change } from './counted';
import {
  type Folds,
  type Placed,
  type Remembered,
  distinct,
  membersOf,
  removeFolds,
} from './folds';
import { rebandPatternMoves } from './pattern-search';
import { emptyAll, isKeptFromEmptying } from './emptying';
import { awaitingLabels } from './relabelling-queue';
import { rolledUp } from './roll-up';
import { findAll } from './rows';
import { type AssetOf, removeFormerRows, storedRows } from './stored-rows';
import { removeWalletMoves } from './wallet-roll-up';

/** Where somebody reads what is to be emptied he is waited for so long, with nothing held, in ms. */
const RETRY_MS = 300;

interface Turn extends Remembered {
  kind: string | null;
  /** Epoch ms. */
  begun: number;
  /** When the earliest and the latest moved that were forgotten, epoch ms; null before any was. */
  forgottenFrom: number | null;
  forgottenTo: number | null;
}

/** What was stored at once. */
export interface Stored {
  /** The newest position before. */
  after: number;
  /** The newest position now. */
  position: number;
  /** All that has a position between them, in their order; null where it has to be read. */
  transactions: readonly WhaleTransaction[] | null;
}

/**
 * Writes transactions, one writer at a time: whoever holds the journal's row gives out the next positions, so
 * that who has read up to one has missed nothing before it.
 */
export class Journal {
  constructor(
    private readonly database: Pick<PipelinedDatabase, 'transaction'>,
    private readonly folds: Pick<Folds, 'place' | 'write' | 'forget'>,
  ) {}

  /**
   * Stores what was seen; what is known already gains what another source adds, and takes a new position where its
   * status has changed. What was named by labels of an earlier `revision` than there is now is looked at anew, soon;
   * null where nothing was. Resolves to null where no position is new. Where simulated ones are replaced it waits for
   * who reads these.
   */
  async save(
    seen: readonly WhaleTransactionSeen[],
    revision: number | null = null,
  ): Promise<Stored | null> {
    for (;;) {
      try {
        return await this.database.transaction((sql) => this.saveIn(sql, seen, revision));
      } catch (err) {
        this.folds.forget();
        if (!isKeptFromEmptying(err)) throw err;
        await sleep(RETRY_MS);
      }
    }
  }

  private async saveIn(
    sql: PipelinedTransaction,
    seen: readonly WhaleTransactionSeen[],
    revision: number | null,
  ): Promise<Stored | null> {
    const [turn, stored, isNamed] = await Promise.all([
      takeTurn(sql),
      findAll(sql, seen),
      isRevision(sql, revision),
    ]);
    if (!isNamed) awaitLabels(sql, seen);
    const kind = this.changeKind(sql, turn, seen);
    const known = kind === turn.kind ? stored : new Map<string, WhaleTransaction>();
    const current = seen.filter(
      (each) =>
        each.dataset.kind === kind &&
        (known.has(idOf(each)) || kind !== turn.kind || !isForgotten(turn, each)),
    );
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
    const ended = foldsOfWithdrawn([...changed.values()]);
    for (const member of await freedFrom(sql, ended)) {
      const id = idOf(member);
      const each = changed.get(id) ?? member;
      const isTold = each.position > turn.position;
      known.set(id, known.get(id) ?? member);
      changed.set(id, { ...each, fold: null, position: isTold ? each.position : (position += 1) });
    }
    const placed = await this.folds.place(sql, turn, [...changed.values()]);
    const again = placed.transactions.filter((each) => known.has(idOf(each)));
    const changes = changesOf(known, placed.transactions);
    removeFormerRows(sql, again, gone);
    removeWalletMoves(sql, changes);
    removeFolds(sql, ended);
    const newest = position + placed.earlier.length;
    sql.send(Prisma.sql`
      WITH ${Prisma.join([...storedRows(placed.transactions), ...rolledUp(changes)])}
      UPDATE whales.journal SET position = ${newest}`);
    rebandPatternMoves(sql, again);
    this.folds.write(sql, placed, position);
    if (newest === turn.position) return null;
    return { after: turn.position, position: newest, transactions: toldBy(placed, turn.position) };
  }

  /**
   * Simulated and real transactions never stand together: of two kinds the one that began later counts, and what is
   * stored of the other is removed. The kind that counts.
   */
  private changeKind(
    sql: PipelinedTransaction,
    turn: Turn,
    seen: readonly WhaleTransactionSeen[],
  ): string | null {
    let { kind, begun } = turn;
    for (const { dataset } of seen) {
      if (kind === null || (dataset.kind !== kind && dataset.begun > begun)) {
        ({ kind, begun } = dataset);
      }
    }
    if (kind === turn.kind) return kind;
    this.folds.forget();
    emptyAll(sql);
    sql.send(Prisma.sql`
      UPDATE whales.journal SET kind = ${kind}, begun = ${new Date(begun)},
        forgotten_from = NULL, forgotten_to = NULL`);
    return kind;
  }
}

/** Null where stored ones are told of anew as well, or folds are made: the database has what they are now. */
function toldBy(
  { transactions, earlier, folds }: Placed,
  after: number,
): WhaleTransaction[] | null {
  if (earlier.length + folds.length > 0) return null;
  return transactions
    .filter(({ position }) => position > after)
    .sort((one, other) => one.position - other.position);
}

/** A plan is kept for long: one that was made while tables were small would read them from end to end. */
const BY_KEYS_ALONE = Prisma.sql`
  set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true)`;

/** To be sent before anything else is read: what is read in front of it may be of before somebody else's turn. */
export async function takeTurn(sql: PipelinedTransaction): Promise<Turn> {
  const [turn] = await sql.rows<Turn>(Prisma.sql`
    SELECT position::float8 AS position, relabelled::float8 AS relabelled, kind,
      (extract(epoch FROM begun) * 1000)::float8 AS begun,
      (extract(epoch FROM forgotten_from) * 1000)::float8 AS "forgottenFrom",
      (extract(epoch FROM forgotten_to) * 1000)::float8 AS "forgottenTo",
      ${BY_KEYS_ALONE}
    FROM whales.journal FOR UPDATE`);
  if (turn === undefined) throw new Error('whales.journal has lost its row');
  return turn;
}

/** Nobody knows any more whether flows have it already. */
const isForgotten = (
  { forgottenFrom, forgottenTo }: Turn,
  { time }: Pick<WhaleTransaction, 'time'>,
): boolean =>
  forgottenFrom !== null && forgottenTo !== null && time >= forgottenFrom && time <= forgottenTo;

/** Whether labels are still as they were. */
async function isRevision(sql: PipelinedTransaction, revision: number | null): Promise<boolean> {
  if (revision === null) return true;
  const [row] = await sql.rows<{ revision: number }>(Prisma.sql`
    SELECT revision::float8 AS revision FROM whales.label_revision`);
  return row?.revision === revision;
}

function awaitLabels(sql: PipelinedTransaction, seen: readonly WhaleTransactionSeen[]): void {
  const wallets = seen.flatMap(({ chain, legs }) => wantingLabels(chain, legs));
  if (wallets.length > 0) sql.send(awaitingLabels(wallets));
}

/** What counts otherwise than before. */
const changesOf = (
  known: ReadonlyMap<string, WhaleTransaction>,
  changed: readonly WhaleTransaction[],
): Change[] =>
  changed
    .map((after) => ({ before: standing(known.get(idOf(after))), after: standing(after) }))
    .filter(({ before, after }) => before?.legs !== after?.legs || before?.fold !== after?.fold);

/** A fold cannot count what was taken back: it ends, and the others are folded anew. */
const foldsOfWithdrawn = (transactions: readonly WhaleTransaction[]): Fold[] =>
  distinct(transactions.flatMap(({ state, fold }) => (isWithdrawn(state) && fold ? fold : [])));

const freedFrom = async (
  sql: PipelinedTransaction,
  ended: readonly Fold[],
): Promise<WhaleTransaction[]> => (ended.length === 0 ? [] : membersOf(sql, ended));

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
