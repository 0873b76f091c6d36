import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { Planning } from '../plan/planning';
import { library } from './guard/library';

const graph = library();
const toPlan = (query: string) => ({ document: parse(query), labels: new Set<string>() });

afterAll(() => graph.planning.retire());

describe('a thread that plans', () => {
  it.each([
    '{ books { isbn price keeper } }',
    'query Found($text: String) { found(text: $text) { __typename ... on Book { price } } }',
    'mutation { __typename }',
    'subscription { fined { __typename } }',
  ])('makes of %s what is made without it', async (query) => {
    const planned = await graph.planning.inThread(toPlan(query));
    expect(JSON.stringify(planned)).toBe(JSON.stringify(graph.planning.atOnce(toPlan(query))));
  });

  it('says so where it cannot plan, and plans on', async () => {
    await expect(graph.planning.inThread(toPlan('{ nothing }'))).rejects.toThrow('nothing');
    expect(await graph.planning.inThread(toPlan('{ books { isbn } }'))).toBeDefined();
  });

  it('that cannot begin lets nobody wait, and is tried anew', async () => {
    const planning = new Planning({ ...graph, sdl: 'type Query { a: Int }' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(planning.inThread(toPlan('{ books { isbn } }'))).rejects.toThrow();
    }
  });

  it('plans what was asked of it also where it is no longer needed', async () => {
    const planning = new Planning(graph);
    const planned = planning.inThread(toPlan('{ books { isbn } }'));
    planning.retire();
    expect(await planned).toBeDefined();
    expect(await planning.inThread(toPlan('{ books { price } }'))).toBeDefined();
  });
});
