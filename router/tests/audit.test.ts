import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { Rig } from './kit';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

/** As another site could not: else requests that a page may send unasked are refused. */
const preflighted: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('apollo-require-preflight', '1');
  return fetch(input, { ...init, headers });
};

const audits = serverAudits({ url: () => rig.url, fetchFn: preflighted });

describe('GraphQL over HTTP', () => {
  it('has as many audits as its draft had when they were read', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id: $name', async ({ fn }) => {
    const result = await fn();
    const found = { status: result.status, reason: 'reason' in result ? result.reason : null };
    expect(found).toEqual({ status: 'ok', reason: null });
  });
});
