import { isDeepStrictEqual } from 'node:util';
import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedDatabase, PipelinedTransaction } from '@spyhop/prisma/pipelined';
import type { Fold } from '../rules/folding/fold';
import { Folder, type Placement, REMEMBERED } from '../rules/folding/folder';
import { relabelled, wantingLabels } from '../rules/labels';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { distinct, membersOf, removeFolds, writeFolds } from './folds';
import { takeTurn } from './journal';
import { type LabelRow, labelsByWallet, labelsSql } from './labels';
import { neighboursOf } from './neighbours';
import { awaitPatterns } from './pattern-rework';
import { type Waiting, dismiss, isAnyWaiting, takeWaiting } from './relabelling-queue';
import { rolledUp } from './roll-up';
import { findAll } from './rows';
import { removeFormerRows, storedRows } from './stored-rows';
import { forgetOwnersOfDealings, removeWalletMoves } from './wallet-roll-up';

/** Transactions, and wallets, that are looked at in one turn: whoever stores waits for it. */
const MOST = 25;
/** Streams tell anew of the newest ones in the order of storing: however much is named otherwise, nobody is told more. */
const TOLD_ANEW = 1_000;

/**
 * Has stored transactions go by the labels that there are now, as if they had been there when each was stored. All of a
 * turn is one database transaction, in which the wallets that it has dealt with cease to wait.
 */
export class Relabelling {
  constructor(private readonly database: Pick<PipelinedDatabase, 'transaction'>) {}

  /** Looks at the next ones. Resolves to how many of them are otherwise now; null where none waits. */
  advance(): Promise<number | null> {
    return this.database.transaction(async (sql) => {
      if (!(await isAnyWaiting(sql))) return null;
      const [turn, waiting] = await Promise.all([takeTurn(sql), takeWaiting(sql, MOST)]);
      if (waiting.length === 0) return null;
      const changed = await relabel(sql, turn.position, waiting);
      dismiss(sql, waiting, MOST);
      return changed;
    });
  }
}

async function relabel(
  sql: PipelinedTransaction,
  position: number,
  waiting: readonly Waiting[],
): Promise<number> {
  const places = waiting.flatMap(({ chain, hash }) => (hash === null ? [] : [{ chain, hash }]));
  const stored = await findAll(sql, places);
  const wallets = [...stored.values()].flatMap(({ chain, legs }) => wantingLabels(chain, legs));
  if (wallets.length === 0) return 0;
  const labels = labelsByWallet(await sql.rows<LabelRow>(labelsSql(wallets)));
  const renamed = [...stored.values()].flatMap((each) => {
    const legs = relabelled(each, labels);
    return legs === each.legs ? [] : [{ ...each, legs }];
  });
  if (renamed.length > 0) await rewrite(sql, position, stored, renamed);
  return renamed.length;
}

/** Writes transactions with other owners, and what follows from that: they, and all they were folded with, fold anew. */
async function rewrite(
  sql: PipelinedTransaction,
  position: number,
  stored: ReadonlyMap<string, WhaleTransaction>,
  renamed: readonly WhaleTransaction[],
): Promise<void> {
  const ended = distinct(renamed.flatMap(({ fold }) => fold ?? []));
  const members = ended.length === 0 ? [] : await membersOf(sql, ended);
  const loose = byId([...members, ...renamed].map((each) => ({ ...each, fold: null })));
  const neighbours = await neighboursOf(sql, [...loose.values()]);
  const placed = foldedAnew([...loose.values()], neighbours);
  const before = new Map([...stored, ...byId([...members, ...neighbours])]);
  const heads = await findAll(
    sql,
    [...placed.values()].filter((each) => !before.has(idOf(each))),
  );
  const changes = [...before.values(), ...heads.values()]
    .filter((each) => loose.has(idOf(each)) || placed.has(idOf(each)))
    .map((each) => {
      const fold = placed.get(idOf(each))?.fold ?? null;
      return { before: each, after: { ...(loose.get(idOf(each)) ?? each), fold } };
    });
  const told = toldAnew(changes, position, await eldestToTell(sql));
  write(sql, told, ended);
  awaitPatterns(
    sql,
    renamed.flatMap(({ legs }) => legs.map(({ symbol }) => symbol)),
  );
}

interface Rewritten {
  before: WhaleTransaction;
  after: WhaleTransaction;
}

/** The position from which on streams tell of transactions anew. */
async function eldestToTell(sql: PipelinedTransaction): Promise<number> {
  const [row] = await sql.rows<{ position: number }>(Prisma.sql`
    SELECT position::float8 AS position FROM whales.transaction
    ORDER BY position DESC OFFSET ${TOLD_ANEW - 1} LIMIT 1`);
  return row?.position ?? 0;
}

/** What is otherwise now takes the next positions, in the order that it had, where it is not too old to be told of. */
function toldAnew(changes: readonly Rewritten[], newest: number, eldest: number): Rewritten[] {
  let position = newest;
  return changes
    .toSorted((one, other) => one.before.position - other.before.position)
    .map(({ before, after }) => {
      const isTold = before.position >= eldest && isOtherwise(before, after);
      return { before, after: isTold ? { ...after, position: (position += 1) } : after };
    });
}

const isOtherwise = (before: WhaleTransaction, after: WhaleTransaction): boolean =>
  before.legs !== after.legs || !isDeepStrictEqual(before.fold, after.fold);

/** By id; of the same one the last. */
const byId = <Each extends { chain: string; hash: string }>(
  all: readonly Each[],
): Map<string, Each> => new Map(all.map((each) => [idOf(each), each]));

/** Where loose transactions belong among others, by id, with the heads of folds that have changed. */
function foldedAnew(
  loose: readonly WhaleTransaction[],
  neighbours: readonly WhaleTransaction[],
): Map<string, Placement> {
  const folder = new Folder();
  for (const each of neighbours.toSorted((one, other) => one.position - other.position)) {
    folder.restore(each);
  }
  for (const each of loose.toSorted((one, other) => one.firstPosition - other.firstPosition)) {
    folder.take(each, true);
  }
  return byId(folder.placements());
}

function write(
  sql: PipelinedTransaction,
  changes: readonly Rewritten[],
  ended: readonly Fold[],
): void {
  const all = changes.map(({ after }) => after);
  removeFormerRows(sql, all, []);
  removeWalletMoves(sql, changes);
  removeFolds(sql, ended);
  const [known, newest] = [
    Math.max(...changes.map(({ before }) => before.position)),
    Math.max(...all.map(({ position }) => position)),
  ];
  sql.send(Prisma.sql`
    WITH ${Prisma.join([...storedRows(all), ...rolledUp(changes)])}
    UPDATE whales.journal SET position = greatest(position, ${newest}), relabelled = relabelled + 1
    WHERE ${known} >= coalesce((
      SELECT position FROM whales.transaction ORDER BY position DESC
      OFFSET ${REMEMBERED - 1} LIMIT 1), 0)`);
  forgetOwnersOfDealings(sql, changes);
  const folds = distinct(all.flatMap(({ fold }) => fold ?? []));
  if (folds.length > 0) writeFolds(sql, { folds, earlier: [] }, 0);
}
