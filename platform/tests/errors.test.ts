import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../errors';

const ROW = /^\| `([A-Z_]+)` *\| (.*?) *\|$/gm;

describe('the codes of errors', () => {
  it('are all listed for clients, each with what it asks of them', () => {
    const page = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');
    const listed = Object.fromEntries(
      [...page.matchAll(ROW)].map(([, code, words]) => [code, words]),
    );
    expect(listed).toMatchObject(ERROR_CODES);
  });
});
