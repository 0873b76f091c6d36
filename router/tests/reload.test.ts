import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { Rig } from './kit';

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

/** Longer than the router takes to look at the file twice. */
const TWO_LOOKS_MS = 2_500;

/** The former supergraph is served all the time. */
async function goesOn(): Promise<void> {
  const end = Date.now() + TWO_LOOKS_MS;
  while (Date.now() < end) expect(await codesOf()).toEqual(['INVALID_INPUT']);
}

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
    await goesOn();
    await writeFile(rig.supergraphFile, original.replace(/^ +coded: Int .*$/m, ''));
    await until(async () => (await codesOf())[0] === 'GRAPHQL_VALIDATION_FAILED');
    await writeFile(rig.supergraphFile, original);
    await until(async () => (await codesOf())[0] === 'INVALID_INPUT');
  });

  it('is left alone while its live directives make no sense, and the next one is taken', async () => {
    const nonsense = original.replaceAll(
      '@splitBy(argument: "ids"',
      '@splitBy(argument: "nothing"',
    );
    expect(nonsense).not.toBe(original);
    const renamed = (sdl: string): string => sdl.replace(/^ +coded: Int .*$/m, '');
    await writeFile(rig.supergraphFile, renamed(nonsense));
    await goesOn();
    await writeFile(rig.supergraphFile, renamed(original));
    await until(async () => (await codesOf())[0] === 'GRAPHQL_VALIDATION_FAILED');
  });
});
