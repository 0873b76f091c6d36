import { defineConfig } from 'prisma/config';

// Generating needs no engine, but the CLI insists on having one: any existing file spares the download.
if (process.argv.includes('generate'))
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

const databaseUrl = process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma',
  migrations: { path: 'prisma/migrations' },
  ...(databaseUrl && { datasource: { url: databaseUrl } }),
});
