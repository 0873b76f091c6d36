import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { undescribed } from '@spyhop/platform/testkit/described';
import { emitSdl } from '../../emit-schema';

describe('the schema of the market subgraph', () => {
  it('is committed as the code emits it', async () => {
    const committed = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');
    expect((await emitSdl()).trimEnd()).toBe(committed.trimEnd());
  });

  it('is the same every time it is emitted', async () => {
    expect(await emitSdl()).toBe(await emitSdl());
  });

  it('describes every type, field, argument and enum value', async () => {
    expect(undescribed(await emitSdl())).toEqual([]);
  });
});
