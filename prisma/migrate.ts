import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DiffTarget, MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm';
import { type SchemaFile, ScriptRefused, withSchemaEngine } from './schema-engine';

/**
 * Applies what is missing, as `prisma migrate deploy` does. Resolves to the names of what it applied. Throws what the
 * database says of a migration that fails, after which it can be applied again: the others before it are there.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const list = migrations();
  try {
    const { appliedMigrationNames } = await withSchemaEngine(databaseUrl, schemaFiles(), (engine) =>
      engine.applyMigrations({ migrationsList: list, filters: NO_FILTERS }),
    );
    return appliedMigrationNames;
  } catch (err) {
    if (!(err instanceof ScriptRefused)) throw err;
    const failed = list.migrationDirectories.find(
      ({ migrationFile: { content } }) => content.tag === 'ok' && content.value === err.script,
    );
    if (!failed) throw err;
    await takeBack(failed.path, databaseUrl);
    throw new Error(`${failed.path}: ${err.message}`, { cause: err });
  }
}

/** A script is one transaction, of which nothing is left; the engine would apply nothing more before it is told. */
const takeBack = (migrationName: string, databaseUrl: string): Promise<unknown> =>
  withSchemaEngine(databaseUrl, schemaFiles(), (engine) =>
    engine.markMigrationRolledBack({ migrationName }),
  );

/** The SQL that would bring the database to the schema; empty where they agree. */
export function driftOf(databaseUrl: string): Promise<string> {
  const database = { tag: 'schemaDatasource', configDir: FOLDER, ...schemaContainer() } as const;
  return differenceFrom(database, databaseUrl);
}

/**
 * Writes a migration that takes the existing ones to the schema, for a person to read and complete.
 * Resolves to its folder, or to null where nothing changed. Needs the right to create databases.
 */
export async function newMigration(
  name: string,
  databaseUrl: string,
  now: number,
): Promise<string | null> {
  const list = migrations();
  const isFirst = list.migrationDirectories.length === 0;
  const sql = await differenceFrom(
    isFirst ? { tag: 'empty' } : { tag: 'migrations', ...list },
    databaseUrl,
  );
  return sql === '' ? null : writeMigration(`${timestamp(now)}_${name}`, sql);
}

const FOLDER = existsSync(join(__dirname, 'migrations')) ? __dirname : dirname(__dirname);
const MIGRATIONS = join(FOLDER, 'migrations');
const LOCK_FILE = 'migration_lock.toml';
const NO_FILTERS = { externalTables: [], externalEnums: [] };

async function differenceFrom(from: DiffTarget, databaseUrl: string): Promise<string> {
  const to: DiffTarget = { tag: 'schemaDatamodel', ...schemaContainer() };
  const diff = { from, to, script: true, exitCode: true, filters: NO_FILTERS };
  const { exitCode, stdout } = await withSchemaEngine(databaseUrl, schemaFiles(), (engine) =>
    engine.diff(diff),
  );
  return exitCode === 0 ? '' : (stdout ?? '');
}

const schemaFiles = (): SchemaFile[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.prisma'))
    .sort()
    .map((file) => [join(FOLDER, file), readFileSync(join(FOLDER, file), 'utf8')]);

const schemaContainer = (): { files: { path: string; content: string }[] } => ({
  files: schemaFiles().map(([path, content]) => ({ path, content })),
});

const migrations = (): MigrationList => ({
  baseDir: MIGRATIONS,
  shadowDbInitScript: '',
  lockfile: { path: LOCK_FILE, content: readIfThere(join(MIGRATIONS, LOCK_FILE)) },
  migrationDirectories: migrationNames().map(migrationDirectory),
});

const migrationNames = (): string[] =>
  readdirSync(MIGRATIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

const migrationDirectory = (name: string): MigrationDirectory => ({
  path: name,
  migrationFile: {
    path: 'migration.sql',
    content: { tag: 'ok', value: readFileSync(join(MIGRATIONS, name, 'migration.sql'), 'utf8') },
  },
});

const readIfThere = (path: string): string | null =>
  existsSync(path) ? readFileSync(path, 'utf8') : null;

function writeMigration(name: string, sql: string): string {
  const folder = join(MIGRATIONS, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'migration.sql'), sql);
  return folder;
}

/** 20260131235959, in UTC, as Prisma names its migrations. */
const timestamp = (now: number): string =>
  new Date(now).toISOString().replace(/\D/g, '').slice(0, 14);
