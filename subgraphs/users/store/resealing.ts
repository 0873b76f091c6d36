import { SealBroken, type SecretBox } from '@spyhop/platform/secret-box';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import { SEALED_AS } from '../rules/sealed-names';

/** What became of one column's sealed texts. */
export interface Resealed {
  column: string;
  /** Sealed anew with the key that seals now. */
  count: number;
  /** Left as they are: no key on the ring opens them. */
  unreadable: number;
}

/** A column that holds sealed text. Names are ours and go into SQL as they are. */
interface SealedColumn {
  table: string;
  id: string;
  idType: 'uuid' | 'text';
  column: string;
  sealedAs: (id: string) => string;
}

/** Name a new sealed column here. */
const COLUMNS: readonly SealedColumn[] = [
  {
    ...{ table: 'signing_key', id: 'kid', idType: 'text', column: 'private_key' },
    sealedAs: SEALED_AS.signingKey,
  },
  { table: 'totp', id: 'user_id', idType: 'uuid', column: 'seed', sealedAs: SEALED_AS.totp },
  { table: 'session', id: 'id', idType: 'uuid', column: 'chain_key', sealedAs: SEALED_AS.session },
];
const BATCH = 500;

interface Row {
  id: string;
  sealed: string;
}

/**
 * Seals what older keys have sealed anew with the one that seals now. It may run beside processes that use it, and be
 * broken off at any time: what is done stays done, and the next run does the rest.
 */
export class Resealing {
  constructor(
    /** Sees the rows of all. */
    private readonly system: PrismaClient,
    private readonly box: SecretBox,
  ) {}

  async run(onProgress: (column: string, count: number) => void): Promise<Resealed[]> {
    const done: Resealed[] = [];
    for (const sealed of COLUMNS) {
      const column = `${sealed.table}.${sealed.column}`;
      const progress = (count: number): void => onProgress(column, count);
      done.push({ column, ...(await this.resealAll(sealed, progress)) });
    }
    return done;
  }

  /** In passes, until one finds nothing: processes that still seal with an older key may do so behind us. */
  private async resealAll(column: SealedColumn, onProgress: (count: number) => void) {
    let count = 0;
    for (;;) {
      const pass = await this.pass(column, (more) => onProgress(count + more));
      count += pass.count;
      if (pass.count === 0) return { count, unreadable: pass.unreadable };
    }
  }

  private async pass(column: SealedColumn, onProgress: (count: number) => void) {
    let [count, unreadable] = [0, 0];
    let last: string | null = null;
    for (;;) {
      const rows: Row[] = await this.read(column, last);
      if (rows.length === 0) return { count, unreadable };
      last = rows.at(-1)?.id ?? null;
      const anew = rows.flatMap((row) => this.reseal(row, column));
      unreadable += rows.length - anew.length;
      count += await this.write(column, anew);
      onProgress(count);
    }
  }

  private read({ table, id, idType, column }: SealedColumn, after: string | null): Promise<Row[]> {
    const [from, key, type, sealed] = [`users.${table}`, id, idType, column].map(Prisma.raw);
    const behind =
      after === null ? Prisma.empty : Prisma.sql`AND ${key} > CAST(${after} AS ${type})`;
    return this.system.$queryRaw<Row[]>`
      SELECT ${key}::text AS id, ${sealed} AS sealed FROM ${from}
      WHERE NOT starts_with(${sealed}, ${this.box.currentPrefix}) ${behind}
      ORDER BY ${key} LIMIT ${BATCH}`;
  }

  private reseal({ id, sealed }: Row, { sealedAs }: SealedColumn): (Row & { anew: string })[] {
    try {
      return [
        { id, sealed, anew: this.box.seal(this.box.open(sealed, sealedAs(id)), sealedAs(id)) },
      ];
    } catch (err) {
      if (err instanceof SealBroken) return [];
      throw err;
    }
  }

  /** Leaves alone what has become something else meanwhile. */
  private write(
    { table, id, idType, column }: SealedColumn,
    rows: readonly (Row & { anew: string })[],
  ): Promise<number> {
    const [into, key, type, sealed] = [`users.${table}`, id, idType, column].map(Prisma.raw);
    return this.system.$executeRaw`
      UPDATE ${into} AS kept SET ${sealed} = resealed.anew
      FROM unnest(${rows.map((row) => row.id)}::text[], ${rows.map((row) => row.sealed)}::text[],
                  ${rows.map(({ anew }) => anew)}::text[]) AS resealed(id, sealed, anew)
      WHERE kept.${key} = CAST(resealed.id AS ${type}) AND kept.${sealed} = resealed.sealed`;
  }
}
