import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grantedPolicies } from '../granted-policies';
import { type AccessRequest, type Principal, type Rule, decide } from '../policy';

const RULES: readonly Rule[] = [
  { id: 'prices', effect: 'allow', who: 'anyone', actions: ['asset:read'], resources: ['asset'] },
  {
    id: 'own lists',
    effect: 'allow',
    who: 'signed-in',
    actions: ['watchlist:*'],
    resources: ['watchlist'],
    when: { isOwner: true },
  },
  {
    id: 'keys write with a scope',
    effect: 'deny',
    who: 'signed-in',
    actions: ['watchlist:update', 'watchlist:delete'],
    resources: ['watchlist'],
    when: { anyRole: ['KEY'] },
  },
  {
    id: 'admins',
    effect: 'allow',
    who: 'signed-in',
    actions: ['*'],
    resources: ['*'],
    when: { anyRole: ['ADMIN', 'OWNER'], allScopes: ['admin', 'users'] },
  },
  {
    id: 'nobody rewrites the audit log',
    effect: 'deny',
    who: 'anyone',
    actions: ['audit:update', 'audit:delete'],
    resources: ['audit'],
  },
];

const principal = (subject: string | null, roles: string[] = [], scopes: string[] = []) =>
  ({ subject, roles: new Set(roles), scopes: new Set(scopes) }) satisfies Principal;
const nobody = principal(null);
const ann = principal('ann', ['USER']);
const key = principal('ann', ['KEY']);
const admin = principal('root', ['ADMIN'], ['admin', 'users']);

const list = { type: 'watchlist', ownerId: 'ann' };

describe('a decision', () => {
  it.each<[string, string, Principal, AccessRequest['resource'], boolean, string | null]>([
    ['nobody', 'asset:read', nobody, { type: 'asset' }, true, 'prices'],
    ['nobody', 'asset:write', nobody, { type: 'asset' }, false, null],
    ['nobody', 'watchlist:read', nobody, list, false, null],
    ['nobody', 'watchlist:read', nobody, { type: 'watchlist', ownerId: null }, false, null],
    ['the owner', 'watchlist:update', ann, list, true, 'own lists'],
    ['another', 'watchlist:update', principal('bob'), list, false, null],
    ["the owner's key", 'watchlist:read', key, list, true, 'own lists'],
    ["the owner's key", 'watchlist:update', key, list, false, 'keys write with a scope'],
    ['the owner', 'watchlists:update', ann, list, false, null],
    ['an admin', 'user:lock', admin, { type: 'user', ownerId: 'ann' }, true, 'admins'],
    [
      'an admin without a scope',
      'user:lock',
      principal('r', ['ADMIN'], ['admin']),
      { type: 'user' },
      false,
      null,
    ],
    ['an admin', 'audit:read', admin, { type: 'audit' }, true, 'admins'],
    ['an admin', 'audit:delete', admin, { type: 'audit' }, false, 'nobody rewrites the audit log'],
  ])('on %s to %s', (_, action, who, resource, isAllowed, by) => {
    expect(decide(RULES, { principal: who, action, resource })).toMatchObject({ isAllowed, by });
  });

  it('says which rules were about it, and what kept each from applying', () => {
    const request = {
      principal: principal('bob', ['KEY']),
      action: 'watchlist:update',
      resource: list,
    };
    expect(decide(RULES, request)).toEqual({
      isAllowed: false,
      by: 'keys write with a scope',
      considered: [
        { id: 'own lists', effect: 'allow', unmet: ['isOwner'] },
        { id: 'keys write with a scope', effect: 'deny', unmet: [] },
        { id: 'admins', effect: 'allow', unmet: ['anyRole', 'allScopes'] },
      ],
    });
  });
});

describe('the policies that a router asks about', () => {
  const ask = (policies: string[], roles: string[], scopes: string[]) =>
    grantedPolicies(RULES, { policies, subject: 'root', roles, scopes, claims: {} });

  it('hold where rules allow the action', () => {
    const asked = ['audit:read', 'audit:delete', 'asset:read', 'nothing'];
    expect(ask(asked, ['ADMIN'], ['admin', 'users'])).toEqual({
      granted: ['audit:read', 'asset:read', 'nothing'],
    });
    expect(ask(asked, ['USER'], [])).toEqual({ granted: ['asset:read'] });
  });

  it('hold for no owner, whom only the subgraph knows', () => {
    expect(ask(['watchlist:read'], ['USER'], [])).toEqual({ granted: [] });
  });

  it('are asked about in the form that routers use, or not at all', () => {
    expect(() => grantedPolicies(RULES, { policies: 'all', subject: 'root' })).toThrow();
  });
});

const word = fc.constantFrom('a', 'b', 'c');
const subset = fc.uniqueArray(word);
const anyRule: fc.Arbitrary<Rule> = fc.record({
  id: fc.uuid(),
  effect: fc.constantFrom('allow', 'deny'),
  who: fc.constantFrom('anyone', 'signed-in'),
  actions: fc.array(fc.constantFrom('*', 'a:*', 'a:b', 'b:c'), { minLength: 1 }),
  resources: fc.array(fc.constantFrom('*', 'a', 'b'), { minLength: 1 }),
  when: fc.record(
    { isOwner: fc.boolean(), anyRole: subset, allScopes: subset },
    { requiredKeys: [] },
  ),
});
const anyRequest: fc.Arbitrary<AccessRequest> = fc.record({
  principal: fc.record({
    subject: fc.option(word),
    roles: subset.map((all) => new Set(all)),
    scopes: subset.map((all) => new Set(all)),
  }),
  action: fc.constantFrom('a:b', 'a:c', 'b:c'),
  resource: fc.record({ type: word, ownerId: fc.option(word) }),
});
const anyRules = fc.array(anyRule, { maxLength: 8 });

describe('deciding', () => {
  it('refuses where there are no rules', () => {
    fc.assert(fc.property(anyRequest, (request) => !decide([], request).isAllowed));
  });

  it('does not depend on the order of rules', () => {
    fc.assert(
      fc.property(anyRules, anyRequest, fc.nat(), (rules, request, turn) => {
        const at = turn % (rules.length + 1);
        const turned = [...rules.slice(at), ...rules.slice(0, at)];
        expect(decide(turned, request).isAllowed).toBe(decide(rules, request).isAllowed);
      }),
    );
  });

  it('is never made to allow by one more denial, nor to refuse by one more permission', () => {
    fc.assert(
      fc.property(anyRules, anyRule, anyRequest, (rules, rule, request) => {
        const [before, after] = [decide(rules, request), decide([...rules, rule], request)];
        if (rule.effect === 'deny')
          expect(Number(after.isAllowed)).toBeLessThanOrEqual(Number(before.isAllowed));
        else expect(Number(after.isAllowed)).toBeGreaterThanOrEqual(Number(before.isAllowed));
      }),
    );
  });

  it('gives whoever has more roles and scopes no less, where nothing denies', () => {
    const permissions = fc.array(anyRule.map((rule): Rule => ({ ...rule, effect: 'allow' })));
    fc.assert(
      fc.property(permissions, anyRequest, word, (rules, request, more) => {
        const { roles, scopes } = request.principal;
        const richer: AccessRequest = {
          ...request,
          principal: {
            ...request.principal,
            roles: new Set([...roles, more]),
            scopes: new Set([...scopes, more]),
          },
        };
        if (decide(rules, request).isAllowed) expect(decide(rules, richer).isAllowed).toBe(true);
      }),
    );
  });

  it('names a rule that applied, and says so of it', () => {
    fc.assert(
      fc.property(anyRules, anyRequest, (rules, request) => {
        const { by, isAllowed, considered } = decide(rules, request);
        if (by === null) expect(considered.every(({ unmet }) => unmet.length > 0)).toBe(true);
        else
          expect(considered.find(({ id }) => id === by)).toMatchObject({
            effect: isAllowed ? 'allow' : 'deny',
            unmet: [],
          });
      }),
    );
  });
});
