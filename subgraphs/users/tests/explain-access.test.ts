import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { loadSupergraph } from '@spyhop/router/supergraph/load';
import { type GraphQLObjectType, isObjectType } from 'graphql';
import graphFields from '../graph-fields.json';
import { ACCESS_RULES } from '../rules/access-rules';
import { LOCK, SET_ROLES, UNLOCK, startAdministered } from './administrator';
import { type SignedUp, type UsersRig } from './kit';

const EXPLAIN = `query ($who: ID, $keyScopes: [String!], $field: String!, $owner: ID) {
  explainAccess(who: $who, keyScopes: $keyScopes, field: $field, owner: $owner) { isAllowed rule because speaking }
}`;

let rig: UsersRig;
let admin: SignedUp;
let ann: SignedUp;
beforeAll(async () => void ({ rig, admin, ann } = await startAdministered()));
afterAll(() => rig?.stop());

interface Explained {
  explainAccess: { isAllowed: boolean; rule: string | null; because: string; speaking: string[] };
}
const explain = async (variables: Record<string, unknown>) =>
  (await admin.browser.data<Explained>(EXPLAIN, variables)).explainAccess;

describe('explainAccess', () => {
  it('says of what is no field of the graph that it is none, and not who may have it', async () => {
    for (const field of [
      ...['Foo.bar', 'Query.bar', 'User.passwordHash', 'Mutation.becomeAdmin', 'Query.__proto__'],
      // Subgraphs have these, clients do not.
      ...['Query._entities', 'Query._service', 'constructor.name', '*.*', 'Query', ''],
    ]) {
      expect(await admin.browser.errorCode(EXPLAIN, { who: ann.userId, field })).toBe(
        'INVALID_INPUT',
      );
    }
  });

  it('knows the fields of all subgraphs, and those that rules speak of', async () => {
    const file = join(__dirname, '../../../supergraph.graphql');
    const { apiSchema } = await loadSupergraph({ file, urls: new Map() });
    const fields = Object.values(apiSchema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
      .flatMap((type) =>
        Object.keys((type as GraphQLObjectType).getFields()).map(
          (field) => `${type.name}.${field}`,
        ),
      );
    const known = Object.entries<string>(graphFields).flatMap(([type, names]) =>
      names.split(' ').map((field) => `${type}.${field}`),
    );
    expect(known.sort()).toEqual(fields.sort());
    const named = ACCESS_RULES.flatMap(({ actions, except = [] }) => [...actions, ...except]);
    const concrete = named.filter((action) => !/\*|^Policy\./.test(action));
    expect(concrete.filter((action) => !known.includes(action))).toEqual([]);
    expect(await explain({ field: 'Query.assets' })).toMatchObject({
      isAllowed: true,
      rule: 'open',
    });
  });

  it('names the rule that decides, and all that speak of it', async () => {
    const asked = { who: ann.userId, field: 'User.email', owner: admin.userId };
    expect(await explain(asked)).toEqual({
      isAllowed: false,
      rule: 'others-account-unless-administrator',
      because: 'Of others only administrators see the account.',
      speaking: ['others-account-unless-administrator', 'open'],
    });
    const own = { ...asked, owner: ann.userId };
    expect(await explain(own)).toMatchObject({ isAllowed: true, rule: 'open' });
    const admins = { ...asked, who: admin.userId, owner: ann.userId };
    expect(await explain(admins)).toMatchObject({ isAllowed: true, rule: 'open' });
  });

  it('tells nobody, a session and a key apart', async () => {
    const field = 'Mutation.lockUser';
    expect(await explain({ field })).toMatchObject({ rule: 'sign-in-first' });
    expect(await explain({ field, who: ann.userId })).toMatchObject({
      rule: 'administrators-only',
    });
    expect(await explain({ field, who: admin.userId })).toMatchObject({ isAllowed: true });
    const byKey = { field, who: admin.userId, keyScopes: ['admin'] };
    expect(await explain(byKey)).toMatchObject({ isAllowed: false, rule: 'no-keys' });
  });

  it('tells keys apart by their scopes', async () => {
    const byKey = (field: string, keyScopes: string[]) =>
      explain({ who: ann.userId, field, keyScopes, owner: ann.userId });
    for (const [field, scope] of [
      ['Query.wallets', 'read:whales'],
      ['Mutation.labelWallet', 'write:whales'],
      ['User.watchlists', 'read:market'],
    ] as const) {
      expect(await byKey(field, [scope])).toMatchObject({ isAllowed: true });
      expect(await byKey(field, ['write:alerts'])).toMatchObject({
        ...{ isAllowed: false, rule: `scope-${scope}`, because: `It takes the scope ${scope}.` },
      });
    }
  });

  it('goes by what somebody is now', async () => {
    const asked = { who: ann.userId, field: 'Query.users' };
    await admin.browser.data(SET_ROLES, { id: ann.userId, roles: ['USER', 'ADMIN'] });
    expect(await explain(asked)).toMatchObject({ isAllowed: true });
    await admin.browser.data(LOCK, { id: ann.userId, reason: 'on leave' });
    expect(await explain(asked)).toMatchObject({ isAllowed: false, rule: 'locked' });
    await admin.browser.data(UNLOCK, { id: ann.userId });
    await admin.browser.data(SET_ROLES, { id: ann.userId, roles: ['USER'] });
    expect(await explain(asked)).toMatchObject({ isAllowed: false, rule: 'administrators-only' });
  });

  it('is for administrators, of users that exist, and of fields', async () => {
    const asked = { who: ann.userId, field: 'Query.users' };
    const bea = await rig.signUp('bea@example.org');
    expect(await bea.browser.errorCode(EXPLAIN, asked)).toBe('FORBIDDEN');
    expect(await rig.browser().errorCode(EXPLAIN, asked)).toBe('UNAUTHENTICATED');
    const { browser } = admin;
    const who = '00000000-0000-4000-8000-000000000000';
    expect(await browser.errorCode(EXPLAIN, { ...asked, who })).toBe('NOT_FOUND');
    expect(await browser.errorCode(EXPLAIN, { ...asked, who: 'x' })).toBe('INVALID_INPUT');
    expect(await browser.errorCode(EXPLAIN, { ...asked, field: '*.*' })).toBe('INVALID_INPUT');
  });
});
