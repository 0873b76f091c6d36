import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { leastOwnTimeOf } from '@spyhop/platform/testkit/own-time';
import { getIntrospectionQuery } from 'graphql';
import { Health } from './hostile';
import { type Answer, Rig } from './kit';

let rig: Rig;
let health: Health;
beforeAll(async () => {
  rig = await Rig.start();
  await rig.ask('{ product(id: "1") { name rating } }');
  health = new Health(rig);
});
afterAll(() => rig.stop());
afterEach(() => health.check());

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_item, index) => part(index)).join(' ');

/** Each fragment spreads the one before twice: 2 to the power of 30 fields. */
const doubling = `{ products { ...F30 } } fragment F0 on Product { name }
  ${times(30, (n) => `fragment F${n + 1} on Product { ...F${n} ...F${n} }`)}`;

describe('an operation that asks for too much', () => {
  it.each([
    ['aliases', `{ me { ${times(400, (n) => `a${n}: name`)} } }`, 'aliases'],
    [
      'levels',
      `{ products ${'{ reviews { author '.repeat(20)} { id } ${'} }'.repeat(20)} }`,
      'depth',
    ],
    ['root fields', `{ ${times(200, (n) => `a${n}: __typename`)} }`, 'rootFields'],
    ['directives', `{ me { name ${times(600, () => '@include(if: true)')} } }`, 'directives'],
    ['tokens', `{ ${'__typename '.repeat(9_000)} }`, 'tokens'],
    ['fields, fragment in fragment', doubling, 'height'],
    [
      'introspection',
      `{ __schema { types { ${times(20, (n) => `...T${n}`)} } } }
        ${times(20, (n) => `fragment T${n} on __Type { ${'name kind '.repeat(30)} }`)}`,
      'introspectionFields',
    ],
  ])('by its %s is refused within a second', async (_, query, limit) => {
    let body: Answer['body'] = {};
    // Each time another text, of which nothing is known.
    const ms = await leastOwnTimeOf(
      async (attempt) => ({ body } = await rig.ask(query + ' '.repeat(attempt))),
    );
    expect(ms).toBeLessThan(1_000);
    expect(body.errors?.map(({ extensions }) => extensions)).toContainEqual(
      expect.objectContaining({ code: 'OPERATION_TOO_LARGE', limit }),
    );
  });

  it('because its fragments go in circles is refused', async () => {
    const { body } = await rig.ask(
      '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }',
    );
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});

it('leaves room for what tools ask', async () => {
  const { body } = await rig.ask(getIntrospectionQuery());
  expect(body.errors).toBeUndefined();
});
