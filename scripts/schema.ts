import 'reflect-metadata';
import { resolve } from 'node:path';
import { failCommand } from './failures';
import { checkSchemaFiles, writeSchemaFiles } from './schema-files';

const USAGE = 'usage: node scripts/dist/schema.js write | check';
const ROOT = resolve(__dirname, '../..');

/** write: the committed schema files follow the code; check: fails where they do not. */
async function run(command: string | undefined): Promise<string> {
  if (command === 'write') {
    const changed = await writeSchemaFiles(ROOT);
    return changed.length > 0 ? `written: ${changed.join(', ')}` : 'nothing changed';
  }
  if (command !== 'check') throw new Error(USAGE);
  const stale = await checkSchemaFiles(ROOT);
  if (stale.length === 0) return 'the schema files agree with the code and compose';
  throw new Error(
    `${stale.join(', ')}: not what the code says. Run \`npm run schema\`, read the diff, commit it.`,
  );
}

run(process.argv[2])
  .then((message) => void process.stdout.write(`${message}\n`))
  .catch(failCommand);
