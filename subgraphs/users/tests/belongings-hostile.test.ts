import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { type PrismaClient, createPrisma } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { buildUsersSchema } from '../graphql/schema';
import { CREATE_KEY, type MadeKey, REVOKE_KEY, ROTATE_KEY, askWhose, makeKey } from './keys';
import { NOW, type SignedUp, type UsersRig, startUsersRig } from './kit';
import {
  CREATE_LIST,
  DELETE_LIST,
  type List,
  MERGE_LIST,
  ORDER_LISTS,
  UPDATE_LIST,
  listsOf,
  makeList,
} from './lists';

let rig: UsersRig;
let ann: SignedUp;
let bob: SignedUp;
let bobsKey: MadeKey;
let bobsList: List;
beforeAll(async () => {
  rig = await startUsersRig();
  [ann, bob] = [await rig.signUp('ann@example.org'), await rig.signUp('bob@example.org')];
  bobsKey = await makeKey(bob, { name: 'bobs' });
  bobsList = await makeList(bob.browser, 'Bobs', ['BTC']);
  await makeKey(ann, { name: 'anns' });
  await makeList(ann.browser, 'Anns', ['ETH']);
});
afterAll(() => rig?.stop());

const OWNED = `... on User { id email preferences { theme } watchlists { id } apiKeys { edges { node { id } } } deletionScheduledFor }`;
const ENTITIES = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ${OWNED} } }`;

/** Every mutation of what users own, with arguments that are right as far as they go. */
const MUTATIONS: readonly [string, string, () => Record<string, unknown>][] = [
  ['createApiKey', CREATE_KEY, () => ({ input: { name: 'k', scopes: ['READ_MARKET'] } })],
  ['rotateApiKey', ROTATE_KEY, () => ({ id: bobsKey.apiKey.id })],
  ['revokeApiKey', REVOKE_KEY, () => ({ id: bobsKey.apiKey.id })],
  ['createWatchlist', CREATE_LIST, () => ({ name: 'x', symbols: [] })],
  ['mergeWatchlist', MERGE_LIST, () => ({ name: 'x', symbols: [] })],
  ['updateWatchlist', UPDATE_LIST, () => ({ id: bobsList.id, version: 1, symbols: [] })],
  ['deleteWatchlist', DELETE_LIST, () => ({ id: bobsList.id })],
  ['orderWatchlists', ORDER_LISTS, () => ({ ids: [bobsList.id] })],
  ['updateProfile', `mutation { updateProfile(displayName: "x") { id } }`, () => ({})],
  ['updatePreferences', `mutation { updatePreferences(input: {}) { theme } }`, () => ({})],
  ['exportMyData', `mutation { exportMyData }`, () => ({})],
  ['requestAccountDeletion', `mutation { requestAccountDeletion }`, () => ({})],
  ['cancelAccountDeletion', `mutation { cancelAccountDeletion }`, () => ({})],
];

describe("somebody with another one's ids", () => {
  it.each([
    ['rotateApiKey', ROTATE_KEY, () => ({ id: bobsKey.apiKey.id }), 'NOT_FOUND'],
    [
      'updateWatchlist',
      UPDATE_LIST,
      () => ({ id: bobsList.id, version: 1, name: 'Anns' }),
      'NOT_FOUND',
    ],
    ['orderWatchlists', ORDER_LISTS, () => ({ ids: [bobsList.id] }), 'CONFLICT'],
  ])('cannot %s', async (_, mutation, variables, code) => {
    expect(await ann.browser.errorCode(mutation, variables())).toBe(code);
  });

  it.each([
    ['revokeApiKey', REVOKE_KEY, () => ({ id: bobsKey.apiKey.id })],
    ['deleteWatchlist', DELETE_LIST, () => ({ id: bobsList.id })],
  ])('does nothing with %s', async (name, mutation, variables) => {
    expect(await ann.browser.data(mutation, variables())).toEqual({ [name]: false });
  });

  it('sees nothing through _entities', async () => {
    expect(await ann.browser.data(ENTITIES, { id: bob.userId })).toEqual({ _entities: [null] });
  });

  it('has left everything as it was', async () => {
    expect((await askWhose(rig, { key: bobsKey.key })).status).toBe(200);
    expect(await listsOf(bob.browser)).toEqual([bobsList]);
  });
});

describe('a query that forgot whose rows it wants', () => {
  const unscoped = async (tx: Transaction): Promise<string[]> => {
    const rows = [
      ...(await tx.apiKey.findMany()),
      ...(await tx.watchlist.findMany()),
      ...(await tx.preference.findMany()),
      ...(await tx.accountDeletion.findMany()),
    ];
    return [...new Set(rows.map(({ userId }) => userId))];
  };
  let prisma: PrismaClient;
  let system: PrismaClient;
  beforeAll(async () => {
    const systemUrl = databaseUrlAs('users_system', rig.databaseUrl);
    [prisma, system] = [rig.ownersPrisma(), createPrisma(systemUrl)];
    for (const { browser } of [ann, bob]) {
      await browser.data(`mutation { updatePreferences(input: { theme: DARK }) { theme } }`);
      await browser.data(`mutation { requestAccountDeletion }`);
    }
  });
  afterAll(() => Promise.all([prisma.$disconnect(), system.$disconnect()]));

  it("gets nothing foreign in somebody's name, and nothing at all in nobody's", async () => {
    expect(await asUser(prisma, ann.userId, unscoped)).toEqual([ann.userId]);
    expect(await unscoped(prisma)).toEqual([]);
  });

  it('changes and removes nothing foreign', async () => {
    await asUser(prisma, ann.userId, (tx) => tx.watchlist.updateMany({ data: { version: 7 } }));
    expect(await listsOf(bob.browser)).toEqual([bobsList]);
    const given = asUser(prisma, ann.userId, (tx) =>
      tx.watchlist.updateMany({ data: { userId: bob.userId } }),
    );
    await expect(given).rejects.toThrow(/row-level security/);
  });

  it('gets lists and preferences in no name but that of their owner, also as the system', async () => {
    await expect(system.watchlist.count()).rejects.toThrow(/permission denied/);
    await expect(system.preference.count()).rejects.toThrow(/permission denied/);
    expect(await system.apiKey.count()).toBeGreaterThanOrEqual(2);
  });
});

describe('a key', () => {
  it.each(MUTATIONS)('cannot %s, whatever its scopes', async (_, mutation, variables) => {
    const browser = rig.browser();
    const scope =
      'read:market read:whales write:whales read:portfolio write:portfolio write:alerts admin';
    browser.actAs({ sub: bob.userId, scope, roles: ['USER', 'ADMIN'] });
    expect(await browser.errorCode(mutation, variables())).toBe('FORBIDDEN');
  });

  it('sees of its owner who they are and their watchlists, and nothing else', async () => {
    const browser = rig.browser();
    browser.actAs({ sub: bob.userId, scope: 'read:market', roles: ['USER'] });
    const { schema } = await buildUsersSchema();
    const { User: type } = schema.getTypeMap();
    const seen: string[] = [];
    for (const { name, type: of } of Object.values(isObjectType(type) ? type.getFields() : {})) {
      const field = `${name}${isLeafType(getNamedType(of)) ? '' : ' { __typename }'}`;
      const { data } = await browser.ask<{ me: object | null }>(`{ me { ${field} } }`);
      const entities = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { ${field} } } }`;
      const { data: other } = await browser.ask<{ _entities: unknown[] }>(entities, {
        id: bob.userId,
      });
      expect(other?._entities).toEqual([data?.me]);
      if (Object.values(data?.me ?? {}).some((value) => value !== null)) seen.push(name);
    }
    const account = ['createdAt', 'displayName', 'emailVerified', 'id', 'roles'];
    expect(seen.sort()).toEqual([...account, 'watchlists']);
    browser.actAs({ sub: bob.userId, scope: 'write:portfolio', roles: ['USER'] });
    expect(await browser.data(`{ me { watchlists { id } } }`)).toEqual({
      me: { watchlists: null },
    });
  });

  it('of an administrator is none, and has no scope that its owner has lost', async () => {
    const boss = await rig.signUp('boss@example.org');
    const where = { id: boss.userId };
    await rig.prisma.user.update({ where, data: { roles: ['USER', 'ADMIN'] } });
    const { key } = await makeKey(boss, { scopes: ['READ_MARKET', 'WRITE_ALERTS'] });
    const { body } = await askWhose(rig, { key });
    expect(body).toMatchObject({ scopes: ['read:market', 'write:alerts'], roles: ['USER'] });
    await rig.prisma.user.update({ where, data: { roles: [] } });
    const { key: later } = await makeKey(boss, { scopes: ['READ_MARKET'] });
    expect((await askWhose(rig, { key: later })).body).toMatchObject({ scopes: [], roles: [] });
  });

  it.each([['admin'], ['ADMIN'], ['read:market'], ['']])(
    'cannot have the scope %j',
    async (scope) => {
      const input = { name: 'k', scopes: ['READ_MARKET', scope] };
      expect(await ann.browser.errorCode(CREATE_KEY, { input })).toBe('INVALID_INPUT');
    },
  );

  it.each([
    [{ scopes: [] }],
    [{ expiresAt: '2026-05-01T12:00:00.000Z' }],
    [{ expiresAt: '2032-01-01T00:00:00.000Z' }],
    [{ expiresAt: 'tomorrow' }],
    [{ allowedIps: ['10.1'] }],
    [{ allowedIps: ['10.0.0.0/33'] }],
    [{ allowedIps: ['2001:db8::/129'] }],
    [{ allowedIps: ['fe80::1%eth0'] }],
    [{ allowedIps: ['example.org'] }],
    [{ allowedIps: ['10.0.0.0/8/8'] }],
    [{ allowedIps: [''] }],
    [{ allowedIps: Array.from({ length: 21 }, (_, at) => `10.0.0.${at}`) }],
  ])('cannot be made with %.80j', async (wrong) => {
    const input = { name: 'k', scopes: ['READ_MARKET'], ...wrong };
    expect(await ann.browser.errorCode(CREATE_KEY, { input })).toBe('INVALID_INPUT');
  });

  it.each([-1, 10_081])('cannot work on for %d minutes', async (overlapMinutes) => {
    const variables = { id: bobsKey.apiKey.id, overlapMinutes };
    expect(await bob.browser.errorCode(ROTATE_KEY, variables)).toBe('INVALID_INPUT');
  });

  it('is not made by somebody who was proved too long ago', async () => {
    rig.now = NOW + 11 * 60_000;
    const input = { name: 'k', scopes: ['READ_MARKET'] };
    expect(await ann.browser.errorCode(CREATE_KEY, { input })).toBe('REAUTHENTICATION_REQUIRED');
    const rotation = { id: bobsKey.apiKey.id };
    expect(await bob.browser.errorCode(ROTATE_KEY, rotation)).toBe('REAUTHENTICATION_REQUIRED');
    rig.now = NOW;
  });

  it('is one of fifty, also when they are made at once', async () => {
    const many = await rig.signUp('many@example.org');
    const input = { name: 'k', scopes: ['READ_MARKET'] };
    const made = await Promise.all(
      Array.from({ length: 55 }, () => many.browser.ask(CREATE_KEY, { input })),
    );
    const codes = made.flatMap(({ errors }) => errors?.map((e) => e.extensions?.['code']) ?? []);
    expect(codes).toEqual(Array.from({ length: 5 }, () => 'CONFLICT'));
  });
});

describe('nobody', () => {
  it.each(MUTATIONS)('cannot %s', async (_, mutation, variables) => {
    expect(await rig.browser().errorCode(mutation, variables())).toBe('UNAUTHENTICATED');
  });
});

describe('what is not to be set', () => {
  it.each([
    ['createApiKey', CREATE_KEY, 'input', { name: 'k', scopes: ['READ_MARKET'] }],
    [
      'updatePreferences',
      `mutation ($input: UpdatePreferencesInput!) { updatePreferences(input: $input) { theme } }`,
      'input',
      {},
    ],
  ])('is refused in %s', async (_, mutation, argument, rest) => {
    for (const extra of ['id', 'userId', 'ownerId', 'role', 'roles', 'keyHash', 'createdAt']) {
      const variables = { [argument]: { ...rest, [extra]: bob.userId } };
      expect(await ann.browser.errorCode(mutation, variables)).toBe('BAD_USER_INPUT');
    }
  });

  it.each(['createWatchlist', 'updateProfile'])('is no argument of %s', async (name) => {
    const { errors } = await ann.browser.ask(
      `mutation { ${name}(userId: "${bob.userId}") { id } }`,
    );
    expect(errors?.length).toBeGreaterThan(0);
  });
});

describe('a name', () => {
  it.each([
    ['nothing', ''],
    ['blanks', ' \u00a0 '],
    ['a line break', 'a\nb'],
    ['a NUL', 'a\u0000b'],
    ['an escape sequence', '\u001b[31mred'],
    ['a turned direction', 'gpj.\u202eexe'],
    ['an invisible space', 'a\u200bb'],
    ['half a character', 'a\ud800'],
    ['65 characters', 'x'.repeat(65)],
    ['a megabyte', 'x'.repeat(100_000)],
  ])('of %s is refused everywhere', async (_, name) => {
    const variables = [
      [CREATE_KEY, { input: { name, scopes: ['READ_MARKET'] } }],
      [CREATE_LIST, { name, symbols: [] }],
      [MERGE_LIST, { name, symbols: [] }],
      [`mutation ($name: String!) { updateProfile(displayName: $name) { id } }`, { name }],
    ] as const;
    for (const [mutation, each] of variables) {
      expect(await ann.browser.errorCode(mutation, each)).toBe('INVALID_INPUT');
    }
  });

  it('is the same however its accents are written', async () => {
    const { browser } = await rig.signUp('accents@example.org');
    await makeList(browser, 'Zoe\u0308', []);
    const composed = { name: 'Zo\u00eb', symbols: [] };
    expect(await browser.errorCode(CREATE_LIST, composed)).toBe('CONFLICT');
  });
});

describe('a list', () => {
  it.each([
    ['1001 symbols', Array.from({ length: 1_001 }, (_, at) => `S${at}`)],
    ['10,000 times the same', Array.from({ length: 10_000 }, () => 'BTC')],
    ['lower case', ['btc']],
    ['SQL', ["BTC'; DROP"]],
    ['a long one', ['X'.repeat(21)]],
    ['an empty one', ['']],
  ])('with %s is refused', async (_, symbols) => {
    expect(await ann.browser.errorCode(CREATE_LIST, { name: 'n', symbols })).toBe('INVALID_INPUT');
  });

  it('is one of twenty, also when they are made at once', async () => {
    const { browser } = await rig.signUp('lists@example.org');
    const made = await Promise.all(
      Array.from({ length: 23 }, (_, at) =>
        browser.ask(CREATE_LIST, { name: `n${at}`, symbols: [] }),
      ),
    );
    expect(made.filter(({ errors }) => errors).length).toBe(3);
  });

  it.each(['', 'x', '../../etc/passwd', `${randomUUID()}' OR true --`, '0'.repeat(100_000)])(
    'with the id %.40j does not exist',
    async (id) => {
      const variables = { id, version: 1, name: 'x' };
      expect(await ann.browser.errorCode(UPDATE_LIST, variables)).toBe('NOT_FOUND');
    },
  );
});
