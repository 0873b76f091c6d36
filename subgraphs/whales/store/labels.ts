import type { Clock } from '@spyhop/platform/clock';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import { LRUCache } from 'lru-cache';
import type { OwnerKind, SharedLabel, WalletLabel } from '../rules/labels';
import { type WalletKey, walletIdOf } from '../rules/wallet';
import { awaitingLabels } from './relabelling-queue';
import { wanted } from './wanted-wallets';

/** Wallets whose labels, or that there are none, are kept in memory. */
const MOST_KEPT = 50_000;
/** Names of owners whose kind, or that there is none, is kept. */
const MOST_OWNERS = 5_000;
/** For so long what is kept is used without asking whether labels have changed, in ms. */
const TRUSTED_MS = 1_000;

export type LabelRow = WalletKey & WalletLabel;

/** What sources say of wallets; the same for all viewers. */
export class LabelStore {
  private readonly kept = new LRUCache<string, WalletLabel[]>({ max: MOST_KEPT });
  private readonly kinds = new LRUCache<string, { kind: OwnerKind | null }>({ max: MOST_OWNERS });
  private revision: number | null = null;
  /** Epoch ms. */
  private checkedAt = -Infinity;
  private checking: Promise<void> | null = null;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** All labels by wallet id, in no order, at most a second old; wallets without any are missing. */
  async of(wallets: readonly WalletKey[]): Promise<Map<string, WalletLabel[]>> {
    await this.forgetIfChanged();
    const found = new Map<string, WalletLabel[]>();
    const unknown = new Map<string, WalletKey>();
    for (const wallet of wallets) {
      const id = walletIdOf(wallet);
      const labels = this.kept.get(id);
      if (labels === undefined) unknown.set(id, wallet);
      else if (labels.length > 0) found.set(id, labels);
    }
    if (unknown.size > 0)
      for (const [id, labels] of await this.load(unknown)) found.set(id, labels);
    return found;
  }

  /** What kind of owner most labels say that has a name, as `canonicalOwner` spells it; the others are missing. */
  async kindsOf(owners: readonly string[]): Promise<Map<string, OwnerKind>> {
    await this.forgetIfChanged();
    const { revision } = this;
    const asked = [...new Set(owners)];
    const found = new Map(asked.map((owner) => [owner, this.kinds.get(owner)?.kind ?? null]));
    const unknown = asked.filter((owner) => !this.kinds.has(owner));
    if (unknown.length > 0) {
      const rows = await this.prisma.$queryRaw<{ owner: string; kind: OwnerKind }[]>`
        SELECT DISTINCT ON (owner) owner, kind FROM (
          SELECT owner, count(*) AS labels,
            CASE WHEN kind LIKE 'EXCHANGE%' THEN 'EXCHANGE' ELSE kind END AS kind
          FROM whales.label
          WHERE owner = ANY (${unknown}::text[]) AND kind NOT IN ('OTHER', 'UNKNOWN')
          GROUP BY 1, 3
        ) AS told ORDER BY owner, labels DESC, kind`;
      for (const { owner, kind } of rows) found.set(owner, kind);
      // As with wallets, what was read before a change is not kept beyond it.
      if (revision === this.revision) {
        for (const owner of unknown) this.kinds.set(owner, { kind: found.get(owner) ?? null });
      }
    }
    return new Map([...found].flatMap(([owner, kind]) => (kind === null ? [] : [[owner, kind]])));
  }

  /** Of what `of` and `kindsOf` answer with, or of something older; it grows with every change. */
  async revisionNow(): Promise<number> {
    await this.forgetIfChanged();
    return this.revision ?? 0;
  }

  /** Stores labels that are new, and of those that are known what a later or surer one says; how many. */
  save(labels: readonly SharedLabel[]): Promise<number> {
    const rows = labels.map((label) => ({
      ...label,
      date: label.date === null ? null : new Date(label.date).toISOString(),
    }));
    return this.change(Prisma.sql`
      INSERT INTO whales.label AS known
        (chain, address, source, name, kind, owner, source_url, date, confidence)
      SELECT DISTINCT ON (chain, address, source, name, kind)
        chain, address, source, name, kind, owner, "sourceUrl", date, confidence
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
        chain text, address text, source text, name text, kind text, owner text,
        "sourceUrl" text, date timestamptz, confidence float8)
      ORDER BY chain, address, source, name, kind, date DESC NULLS LAST, confidence DESC,
        coalesce(owner, '') DESC, coalesce("sourceUrl", '') DESC
      ON CONFLICT (chain, address, source, name, kind) DO UPDATE SET owner = excluded.owner,
        source_url = excluded.source_url, date = excluded.date, confidence = excluded.confidence
      WHERE (coalesce(excluded.date, '-infinity'), excluded.confidence,
          coalesce(excluded.owner, ''), coalesce(excluded.source_url, ''))
        > (coalesce(known.date, '-infinity'), known.confidence,
          coalesce(known.owner, ''), coalesce(known.source_url, ''))
      RETURNING chain, address`);
  }

  /** Removes labels of these wallets, sources, names and kinds; how many there were. */
  remove(labels: readonly SharedLabel[]): Promise<number> {
    return this.change(Prisma.sql`
      DELETE FROM whales.label WHERE (chain, address, source, name, kind) IN (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(labels)}::jsonb) AS given (
          chain text, address text, source text, name text, kind text))
      RETURNING chain, address`);
  }

  /** What is stored of the wallets that a change gives back is looked at anew, and whoever keeps labels hears of it. */
  private change(changed: Prisma.Sql): Promise<number> {
    return this.prisma.$transaction(async (sql) => {
      const wallets = await sql.$queryRaw<WalletKey[]>(changed);
      if (wallets.length > 0) {
        await sql.$executeRaw(awaitingLabels(wallets));
        await sql.$executeRaw`UPDATE whales.label_revision SET revision = revision + 1`;
      }
      return wallets.length;
    });
  }

  /** How many wallets have labels, and of how many the sources name different owners. */
  async tally(): Promise<{ labels: number; wallets: number; disputed: number }> {
    const [row] = await this.prisma.$queryRaw<
      { labels: number; wallets: number; disputed: number }[]
    >`
      SELECT coalesce(sum(labels), 0)::float8 AS labels, count(*)::float8 AS wallets,
        count(*) FILTER (WHERE owners > 1)::float8 AS disputed
      FROM (SELECT count(*) AS labels, count(DISTINCT owner) AS owners
        FROM whales.label GROUP BY chain, address) AS wallet`;
    return row ?? { labels: 0, wallets: 0, disputed: 0 };
  }

  private async load(wallets: ReadonlyMap<string, WalletKey>): Promise<Map<string, WalletLabel[]>> {
    const { revision } = this;
    const rows = await this.prisma.$queryRaw<LabelRow[]>(labelsSql([...wallets.values()]));
    const found = labelsByWallet(rows);
    // What was read before a change that is known by now is not kept beyond it.
    if (revision === this.revision) {
      for (const id of wallets.keys()) this.kept.set(id, found.get(id) ?? []);
    }
    return found;
  }

  private forgetIfChanged(): Promise<void> {
    if (this.clock() - this.checkedAt < TRUSTED_MS) return Promise.resolve();
    this.checking ??= this.check().finally(() => (this.checking = null));
    return this.checking;
  }

  private async check(): Promise<void> {
    const now = this.clock();
    const [row] = await this.prisma.$queryRaw<{ revision: number }[]>`
      SELECT revision::float8 AS revision FROM whales.label_revision`;
    const revision = row?.revision ?? 0;
    if (revision !== this.revision) {
      this.kept.clear();
      this.kinds.clear();
    }
    this.revision = revision;
    this.checkedAt = now;
  }
}

/** All labels of wallets, as rows. */
export const labelsSql = (wallets: readonly WalletKey[]): Prisma.Sql => Prisma.sql`
  SELECT l.chain, l.address, l.name, l.owner, l.kind, l.source, l.source_url AS "sourceUrl",
    (extract(epoch FROM l.date) * 1000)::float8 AS date, l.confidence, false AS "isOwn"
  FROM whales.label l WHERE (l.chain, l.address) IN (${wanted(wallets)})`;

/** By wallet id. */
export function labelsByWallet(rows: readonly LabelRow[]): Map<string, WalletLabel[]> {
  const found = new Map<string, WalletLabel[]>();
  for (const { chain, address, ...label } of rows) {
    const id = walletIdOf({ chain, address });
    found.set(id, [...(found.get(id) ?? []), label]);
  }
  return found;
}
