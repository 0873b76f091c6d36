import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import type { EvaluatePolicies } from '../../guard/authorise';
import type { Identity } from '../../guard/identity';
import { authorisation, authorised, identity, pathsOf } from './authorised';

const granting =
  (...granted: string[]): EvaluatePolicies =>
  async () =>
    new Set(granted);

describe('a field that the client skips', () => {
  const query = `query ($signedIn: Boolean = false, $out: Boolean!) {
    motto
    me @include(if: $signedIn) { name }
    reader(id: 1) @skip(if: $out) { name email }
  }`;

  it.each([
    [{ out: true }, []],
    [{ signedIn: true, out: true }, [['me']]],
    [{ out: false }, [['reader', 'email']]],
  ])('is cut out but not complained about: %j', async (variables, paths) => {
    const { left, errors } = await authorised(query, { variables });
    expect(left).toBe('query ($out: Boolean!) { motto reader(id: 1) @skip(if: $out) { name } }');
    expect(pathsOf(errors)).toEqual(paths);
  });

  it('does not make the request refused either', async () => {
    const refusing = { unauthorised: 'refuse' as const };
    const kept = await authorised(query, { ...refusing, variables: { out: true } });
    expect(kept.left).not.toBeNull();
    const refused = await authorised(query, { ...refusing, variables: { out: false } });
    expect([refused.left, pathsOf(refused.errors)]).toEqual([null, [['reader', 'email']]]);
  });

  it('is known when the document itself says so', async () => {
    const { errors } = await authorised(
      '{ motto me @include(if: false) { name } fines @skip(if: true) shelf @skip(if: false) }',
    );
    expect(pathsOf(errors)).toEqual([['shelf']]);
  });
});

describe('policies', () => {
  const query = '{ reader(id: 1) { id notes } }';

  it('are refused where nobody evaluates them', async () => {
    const { left, errors } = await authorised(query, { who: identity() });
    expect(left).toBe('{ reader(id: 1) { id } }');
    expect(errors).toMatchObject([
      { message: 'The identity may not use Reader.notes.', extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  it.each([
    [['is_staff'], false],
    [['is_staff', 'on_duty'], true],
    [['is_self'], true],
  ])('need one of their lists in full: %j', async (granted, allowed) => {
    const { errors } = await authorised(query, { policies: granting(...granted) });
    expect(errors.length === 0).toBe(allowed);
  });

  it('are asked for once, all that the document names, with who asks', async () => {
    const asked: unknown[] = [];
    const who = identity();
    const policies: EvaluatePolicies = async (...given) => {
      asked.push(given);
      return new Set();
    };
    await authorised('{ shelf reader(id: 1) { notes } other: reader(id: 2) { notes } }', {
      who,
      policies,
    });
    expect(asked).toEqual([[['on_duty', 'is_self', 'is_staff'], who]]);
    await authorised('{ me { name } }', { who, policies });
    expect(asked).toHaveLength(1);
  });

  it('that cannot be evaluated let nothing through', async () => {
    const policies = () => Promise.reject(new Error('connect ECONNREFUSED db-7'));
    await expect(authorised(query, { policies })).rejects.toMatchObject({
      message: 'Whether this may be asked for cannot be found out now; retry later.',
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });
});

describe('the key of a decision', () => {
  const asked = authorisation();
  const requirements = asked.requirementsOf(parse('{ me { name } books { price stock } }'));
  const keyFor = async (who: Identity | null): Promise<string | null> =>
    requirements && (await asked.decide(requirements, who)).key;

  it('is equal for all who may use the same of a document', async () => {
    const keys = await Promise.all([
      keyFor(identity('sales')),
      keyFor(identity('audit', 'finance', 'lend')),
    ]);
    expect(new Set(keys).size).toBe(1);
  });

  it('differs where they may use, or are told, something else', async () => {
    const keys = await Promise.all([
      keyFor(null),
      keyFor(identity()),
      keyFor(identity('sales')),
      keyFor(identity('stock:read', 'stock:count')),
      keyFor(identity('sales', 'stock:read', 'stock:count')),
    ]);
    expect(new Set(keys).size).toBe(5);
  });
});
