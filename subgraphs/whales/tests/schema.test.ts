import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { undescribed } from '@spyhop/platform/testkit/described';
import { emitSdl } from '../emit-schema';

describe('the schema of the whales subgraph', () => {
  it('is committed as the code emits it', async () => {
    const committed = readFileSync(join(__dirname, '../schema.graphql'), 'utf8');
    expect((await emitSdl()).trimEnd()).toBe(committed.trimEnd());
  });

  it('describes every field, argument and enum value it adds', async () => {
    expect(undescribed(await emitSdl(), ['Asset'])).toEqual([]);
  });
});
