import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
  bindMigrationAwareSqlAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** One file of the Prisma schema: path and text. */
export type SchemaFile = [path: string, text: string];

/** A script that the database has refused, and why: the engine does not say. */
export class ScriptRefused extends Error {
  constructor(
    readonly script: string,
    cause: Error,
  ) {
    super(cause.message, { cause });
  }
}

/**
 * Runs work with Prisma's own schema engine, compiled to WebAssembly, on a PostgreSQL database.
 * It does what the engine that the CLI downloads does, where nothing can be downloaded. Throws ScriptRefused.
 */
export async function withSchemaEngine<Result>(
  databaseUrl: string,
  schema: readonly SchemaFile[],
  work: (engine: glue.SchemaEngine) => Promise<Result>,
): Promise<Result> {
  await loadWasm();
  const database = new EngineDatabase(connectionOf(databaseUrl));
  const adapter = bindMigrationAwareSqlAdapterFactory(database);
  const engine = await glue.SchemaEngine.new({ datamodels: [...schema] }, () => undefined, adapter);
  try {
    return await work(engine);
  } catch (err) {
    throw database.refused ?? err;
  } finally {
    engine.free();
    await database.close();
  }
}

/** TypeScript knows the runtime's WebAssembly only together with the whole DOM. */
declare const WebAssembly: {
  instantiate(
    code: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

let wasm: Promise<void> | null = null;

/** The package expects a bundler that imports .wasm files, so the module is put together by hand. */
const loadWasm = (): Promise<void> => (wasm ??= instantiate());

async function instantiate(): Promise<void> {
  const folder = dirname(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const code = readFileSync(join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': imports() });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

/** The engine never clears the timers of its time limits: they must not keep the process alive. */
function imports(): Record<string, unknown> {
  const setTimer = Object.keys(glue).find((name) => name.startsWith('__wbg_setTimeout_'));
  const unrefTimer = (callback: () => void, ms: number): NodeJS.Timeout =>
    setTimeout(callback, ms).unref();
  return { ...glue, ...(setTimer !== undefined && { [setTimer]: unrefTimer }) };
}

/**
 * Discrete fields and no connection string: in `pg` a connection string wins over `database`,
 * and the shadow database is the same connection with another database.
 */
function connectionOf(databaseUrl: string): pg.PoolConfig {
  const parsed = new pg.Client({ connectionString: databaseUrl });
  const { host, port, user, password, database } = parsed;
  return { host, port, user, password, database, ssl: parsed.ssl as pg.PoolConfig['ssl'] };
}

/** What the engine asks for connections, to the database itself and to a shadow of it. */
class EngineDatabase implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  private readonly open: SqlDriverAdapter[] = [];
  /** The first that was. */
  refused: ScriptRefused | null = null;

  constructor(private readonly connection: pg.PoolConfig) {}

  async connect(): Promise<SqlDriverAdapter> {
    return this.track(await connect(this.connection));
  }

  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const name = `prisma_shadow_${randomUUID().replaceAll('-', '')}`;
    await this.administer(`CREATE DATABASE ${name}`);
    const shadow = await connect({ ...this.connection, database: name });
    const disconnect = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await disconnect();
      await this.administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    };
    return this.track(shadow);
  }

  /** The engine forgets to give some connections back. */
  async close(): Promise<void> {
    await Promise.all(this.open.map((adapter) => adapter.dispose()));
  }

  private track(adapter: SqlDriverAdapter): SqlDriverAdapter {
    const dispose = once(adapter.dispose.bind(adapter));
    adapter.dispose = dispose;
    const executeScript = adapter.executeScript.bind(adapter);
    adapter.executeScript = (sql) =>
      executeScript(sql).catch((err: Error) => {
        this.refused ??= new ScriptRefused(sql, err);
        throw err;
      });
    this.open.push(adapter);
    return adapter;
  }

  private async administer(sql: string): Promise<void> {
    const client = new pg.Client(this.connection);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }
}

function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= run());
}

/** Prisma's adapter for `pg`, with what the schema engine needs and the adapter lacks. */
async function connect(connection: pg.PoolConfig): Promise<SqlDriverAdapter> {
  // One session, since the advisory lock, the search path and the scripts belong together.
  const pool = new CatalogPool({ ...connection, max: 1 });
  const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
  // The adapter's own way cuts scripts at every semicolon, also inside of strings and bodies.
  adapter.executeScript = async (sql) => void (await pool.query(sql));
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => pool.restoreCharColumns(query, await queryRaw(query));
  return adapter;
}

const CHAR_TYPE = 18;
const TEXT_TYPE = 25;

/**
 * The adapter does not know the type `"char"` of PostgreSQL's catalogue, which the engine reads:
 * the adapter is told text, the engine is told character.
 */
class CatalogPool extends pg.Pool {
  private readonly charColumns = new Map<string, string[]>();

  override query = (async (query: { text: string } | string, ...rest: unknown[]) => {
    const send = super.query.bind(this) as (...args: unknown[]) => Promise<pg.QueryArrayResult>;
    const result = await send(query, ...rest);
    const chars = (result.fields ?? []).filter((field) => field.dataTypeID === CHAR_TYPE);
    for (const field of chars) field.dataTypeID = TEXT_TYPE;
    if (typeof query !== 'string' && chars.length > 0) {
      this.charColumns.set(
        query.text,
        chars.map((field) => field.name),
      );
    }
    return result;
  }) as unknown as pg.Pool['query'];

  restoreCharColumns({ sql }: SqlQuery, result: SqlResultSet): SqlResultSet {
    const names = this.charColumns.get(sql);
    if (names === undefined) return result;
    const columnTypes = result.columnTypes.map((type, column) =>
      names.includes(result.columnNames[column] ?? '') ? ColumnTypeEnum.Character : type,
    );
    return { ...result, columnTypes };
  }
}
