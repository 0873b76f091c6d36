import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Rig, until } from './kit';

let rig: Rig;
let original: string;

beforeAll(async () => {
  rig = await Rig.start();
  original = await readFile(rig.supergraphFile, 'utf8');
});
afterAll(() => rig.stop());

const QUERY = '{ me { name } coded }';
const codesOf = async (): Promise<unknown[]> =>
  ((await rig.ask(QUERY)).body.errors ?? []).map(({ extensions }) => extensions['code']);

describe('a supergraph file that changes', () => {
  it('is served without a restart', async () => {
    expect(await codesOf()).toEqual(['INVALID_INPUT']);
    await writeFile(rig.supergraphFile, original.replace(/^ +coded: Int .*$/m, ''));
    await until(async () => (await codesOf())[0] === 'GRAPHQL_VALIDATION_FAILED');
    await writeFile(rig.supergraphFile, original);
    await until(async () => (await codesOf())[0] === 'INVALID_INPUT');
  });

  it('is left alone while it is no supergraph, and the former goes on', async () => {
    await writeFile(rig.supergraphFile, 'type Query { nothing: Int }');
    for (let look = 0; look < 20; look += 1) expect(await codesOf()).toEqual(['INVALID_INPUT']);
    await writeFile(rig.supergraphFile, original.replace(/^ +coded: Int .*$/m, ''));
    await until(async () => (await codesOf())[0] === 'GRAPHQL_VALIDATION_FAILED');
    await writeFile(rig.supergraphFile, original);
    await until(async () => (await codesOf())[0] === 'INVALID_INPUT');
  });
});
