import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { portsOf, readStackConfig } from '@spyhop/scripts/stack/config';
import { loadSecrets } from '@spyhop/scripts/stack/secrets';
import type { Stack } from './stack';

interface Table {
  /** With its schema. */
  name: string;
  /** Whether it says of each row which user's it is. */
  isOfUsers: boolean;
}

const TABLES = `
  SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name,
    EXISTS (
      SELECT FROM information_schema.columns c
      WHERE (c.table_schema, c.table_name) = (t.table_schema, t.table_name)
        AND c.column_name = 'user_id'
    ) AS "isOfUsers"
  FROM information_schema.tables t
  WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
  ORDER BY 1`;

/** The whole database of a running stack, as one who sees every row of it. */
export class Rows {
  private constructor(private readonly prisma: PrismaClient) {}

  static async of({ port, dataDir }: Pick<Stack, 'port' | 'dataDir'>): Promise<Rows> {
    const config = readStackConfig({ PORT: String(port), DATA_DIR: dataDir }, []);
    const { postgresSuperuserPassword } = await loadSecrets(dataDir);
    const at = `127.0.0.1:${portsOf(config).get('PostgreSQL')}`;
    return new Rows(
      createPrisma(`postgresql://postgres:${postgresSuperuserPassword}@${at}/spyhop`),
    );
  }

  /** Of every schema. */
  tables(): Promise<Table[]> {
    return this.prisma.$queryRawUnsafe<Table[]>(TABLES);
  }

  /** Tables that have the text anywhere in a row, in whatever column. */
  async naming(text: string): Promise<string[]> {
    const naming: string[] = [];
    for (const { name } of await this.tables()) {
      const found = await this.prisma.$queryRawUnsafe<unknown[]>(
        `SELECT 1 FROM ${name} AS every WHERE strpos(every::text, $1) > 0 LIMIT 1`,
        text,
      );
      if (found.length > 0) naming.push(name);
    }
    return naming;
  }

  close(): Promise<void> {
    return this.prisma.$disconnect();
  }
}
