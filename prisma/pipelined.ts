import { Pool, type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import type { Prisma } from './generated/client';
import { nameStatements } from './statement-names';

/** Milliseconds that a transaction may wait for the connection, and each statement for its answer. */
const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 15_000;

/** Statements of one transaction, each sent at once, behind those that are not answered yet. */
export interface PipelinedTransaction {
  /** Its rows, as `pg` reads them. Each statement sees what was committed when it begins, as if it had been sent alone. */
  rows<Row extends QueryResultRow>(statement: Prisma.Sql): Promise<Row[]>;
  /** For what gives nothing back; where it fails the transaction does. */
  send(statement: Prisma.Sql): void;
}

/**
 * One connection for transactions that somebody waits for: what need not wait for an answer goes along with what is
 * in front of it, so that the beginning and the first questions are one trip to the database, and so are the last
 * statements and the end.
 */
export class PipelinedDatabase {
  private readonly pool: Pool;
  private readonly nameOf = nameStatements();

  constructor(databaseUrl: string) {
    this.pool = new Pool({
      ...{ connectionString: databaseUrl, pipeline: true, max: 1, idleTimeoutMillis: 0 },
      ...{ connectionTimeoutMillis: CONNECT_WITHIN_MS, query_timeout: ANSWER_WITHIN_MS },
    });
    // One that is lost between transactions is made anew by the next.
    this.pool.on('error', () => undefined);
  }

  /** Resolves once it is committed. It is rolled back where the work or a statement fails, and rejects with that. */
  async transaction<Result>(work: (sql: PipelinedTransaction) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    // Its statements say so too.
    const onLost = (): void => undefined;
    client.on('error', onLost);
    const statements = new Statements(client);
    try {
      void statements.ask({ text: 'BEGIN' });
      const result = await work({
        rows: async <Row extends QueryResultRow>(statement: Prisma.Sql) =>
          (await statements.ask<Row>(this.named(statement))).rows,
        send: (statement) => void statements.ask(this.named(statement)),
      });
      void statements.ask({ text: 'COMMIT' });
      await statements.answered();
      client.release();
      return result;
    } catch (err) {
      // It is rolled back with the connection.
      client.release(true);
      throw statements.failure ?? err;
    } finally {
      client.off('error', onLost);
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private named({ text, values }: Prisma.Sql): QueryConfig {
    return { name: this.nameOf({ sql: text }), text, values };
  }
}

/** What was asked on a connection in one transaction. */
class Statements {
  /** What the first that failed failed with: those behind it fail for that alone. */
  failure: unknown = null;
  private readonly asked: Promise<unknown>[] = [];

  constructor(private readonly client: PoolClient) {}

  ask<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> {
    const answer = this.client.query<Row>(query);
    answer.catch((err: unknown) => (this.failure ??= err));
    this.asked.push(answer);
    return answer;
  }

  async answered(): Promise<void> {
    await Promise.all(this.asked);
  }
}
