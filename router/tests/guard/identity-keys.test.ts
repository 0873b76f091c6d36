import { describe, expect, it } from '@jest/globals';
import type { Identity } from '@spyhop/platform/identity';
import { IdentityKeys } from '../../guard/identity-keys';

describe('who may share what was executed in the name of one of them', () => {
  const keys = new IdentityKeys(['tenant']);
  const ann: Identity = {
    subject: 'ann',
    scopes: new Set(['read', 'write']),
    roles: new Set(['user']),
    claims: { iss: 'https://id.example', tenant: 't1', jti: '1' },
    expiresAt: null,
  };

  it('is who shows subgraphs the same', () => {
    const again = {
      ...ann,
      scopes: new Set(['write', 'read']),
      claims: { ...ann.claims, jti: '2' },
    };
    expect(keys.of(again)).toBe(keys.of(ann));
    for (const other of [
      { subject: 'bob' },
      { scopes: new Set(['read']) },
      { roles: new Set<string>() },
      { claims: { ...ann.claims, tenant: 't2' } },
      { claims: { ...ann.claims, iss: 'https://other.example' } },
    ]) {
      expect(keys.of({ ...ann, ...other })).not.toBe(keys.of(ann));
    }
  });
});
