import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { introspectionRefused, introspects, mayIntrospect } from '../../guard/introspection';
import { identity } from './authorised';

describe('introspection', () => {
  const admin = { ...identity(), roles: new Set(['admin']) };

  it.each([
    ['everyone' as const, [true, true, true]],
    ['nobody' as const, [false, false, false]],
    [{ roles: ['admin', 'developer'] }, [false, false, true]],
  ])('is for %j', (access, allowed) => {
    const asking = [null, identity(), admin].map((who) => mayIntrospect(access, who));
    expect(asking).toEqual(allowed);
  });

  it('is refused with what to do about it', () => {
    expect(introspectionRefused(null).extensions.code).toBe('UNAUTHENTICATED');
    expect(introspectionRefused(admin).extensions.code).toBe('FORBIDDEN');
  });

  it.each([
    ['{ motto __typename }', false],
    ['{ motto ... on Query { ...S } } fragment S on Query { s: __schema { __typename } }', true],
    ['{ __type(name: "Book") { name } }', true],
  ])('is found in %s: %s', (query, found) => {
    expect(introspects(parse(query))).toBe(found);
  });
});
