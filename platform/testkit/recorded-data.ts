import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { it } from '@jest/globals';

/**
 * A file or folder of recorded exchange data, or null where this machine has none.
 * Recordings are test input kept beside the project, at SPYHOP_TEST_DATA.
 */
export function recordedData(path: string): string | null {
  const folder = process.env['SPYHOP_TEST_DATA'] ?? resolve(__dirname, '../../../shared/data');
  const file = resolve(folder, path);
  return existsSync(file) ? file : null;
}

type TestRunner = typeof import('@jest/globals').describe;

/** Describes tests on a recording, skipped with a message where it is absent. */
export function describeRecorded(
  describe: TestRunner,
  title: string,
  path: string,
  tests: (file: string) => void,
): void {
  const file = recordedData(path);
  if (file !== null) return describe(title, () => tests(file));
  // The tests read the recording while they are described, so they cannot even be listed.
  describe.skip(`${title} (skipped: no recording ${path}; set SPYHOP_TEST_DATA)`, () => {
    it('needs the recording', () => undefined);
  });
}
