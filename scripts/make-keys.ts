import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newKeyRingText } from '@spyhop/platform/secret-box';
import { describeFailure, exitCodeOf } from './failures';
import { newSharedSecret, newSigningKeyText } from './stack/secrets';

const OWNER_ONLY = 0o600;

/** `node scripts/dist/make-keys.js <folder>`: makes up the keys that are not in the folder yet, a file each. */
async function main(folder: string | undefined): Promise<void> {
  if (!folder) throw new Error('usage: node scripts/dist/make-keys.js <folder>');
  await create(join(folder, 'secret-keys'), newKeyRingText('1'));
  await create(join(folder, 'router-signing-key'), newSigningKeyText());
  await create(join(folder, 'api-keys-secret'), newSharedSecret());
}

async function create(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx', mode: OWNER_ONLY }).catch(
    (err: NodeJS.ErrnoException) => {
      if (err.code !== 'EEXIST') throw err;
    },
  );
}

main(process.argv[2]).catch((err: unknown) => {
  process.stderr.write(`${describeFailure(err)}\n`);
  process.exitCode = exitCodeOf(err);
});
