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
import { type Waiting, dismiss, isAnyWaiting, takeWaiting } from './relabelling-queue';
import { rolledUp } from './roll-up';
import { findAll } from './rows';
import { removeFormerRows, storedRows } from './stored-rows';
import { forgetOwnersOfDealings, removeWalletMoves } from './wallet-roll-up';

/** Transactions, and wallets, that are looked at in one turn: whoever stores waits for it. */
const MOST = 25;

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
      const [, waiting] = await Promise.all([takeTurn(sql), takeWaiting(sql, MOST)]);
      if (waiting.length === 0) return null;
      const changed = await relabel(sql, waiting);
      dismiss(sql, waiting, MOST);
      return changed;
    });
  }
}

async function relabel(sql: PipelinedTransaction, waiting: readonly Waiting[]): Promise<number> {
  const places = waiting.flatMap(({ chain, hash }) => (hash === null ? [] : [{ chain, hash }]));
  const stored = await findAll(sql, places);
  const wallets = [...stored.values()].flatMap(({ chain, legs }) => wantingLabels(chain, legs));
  if (wallets.length === 0) return 0;
  const labels = labelsByWallet(await sql.rows<LabelRow>(labelsSql(wallets)));
  const renamed = [...stored.values()].flatMap((each) => {
    const legs = relabelled(each, labels);
    return legs === each.legs ? [] : [{ ...each, legs }];
  });
  if (renamed.length > 0) await rewrite(sql, stored, renamed);
  return renamed.length;
}

/** Writes transactions with other owners, and what follows from that: they, and all they were folded with, fold anew. */
async function rewrite(
  sql: PipelinedTransaction,
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
  write(sql, changes, ended);
}

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
  changes: readonly { before: WhaleTransaction; after: WhaleTransaction }[],
  ended: readonly Fold[],
): void {
  const all = changes.map(({ after }) => after);
  removeFormerRows(sql, all, []);
  removeWalletMoves(sql, changes);
  removeFolds(sql, ended);
  const newest = Math.max(...all.map(({ position }) => position));
  sql.send(Prisma.sql`
    WITH ${Prisma.join([...storedRows(all), ...rolledUp(changes)])}
    UPDATE whales.journal SET relabelled = relabelled + 1 WHERE ${newest} >= coalesce((
      SELECT position FROM whales.transaction ORDER BY position DESC
      OFFSET ${REMEMBERED - 1} LIMIT 1), 0)`);
  forgetOwnersOfDealings(sql, changes);
  const folds = distinct(all.flatMap(({ fold }) => fold ?? []));
  if (folds.length > 0) writeFolds(sql, { folds, earlier: [] }, 0);
}
