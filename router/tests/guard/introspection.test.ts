import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { introspectionRefused, introspects } from '../../guard/introspection';
import { identity } from './authorised';

describe('introspection', () => {
  const admin = { ...identity(), roles: new Set(['admin']) };

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
