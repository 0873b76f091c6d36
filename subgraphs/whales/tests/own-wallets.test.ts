import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { RouterSigner } from '@spyhop/platform/testkit/router-signer';
import { until } from '@spyhop/platform/testkit/until';
import { accountDeleted } from '@spyhop/platform/topics';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser, createOwnersPrisma } from '@spyhop/prisma/row-owner';
import { Asking, somebody } from './people';
import { type WhalesRig, idOf, leg, seen, startWhales } from './rig';

let router: RouterSigner;
let whales: WhalesRig;
/** As the subgraph itself logs in. */
let prisma: PrismaClient;
const people = { ann: somebody(), bob: somebody() };
let ann: Asking;
let bob: Asking;
let nobody: Asking;
/** Keys of Ann's. */
let reader: Asking;
let writer: Asking;
let stranger: Asking;
beforeAll(async () => {
  router = await RouterSigner.start('whales');
  whales = await startWhales({ IDENTITY_KEYS_URL: router.keysUrl });
  prisma = createOwnersPrisma(
    databaseUrlAs('whales', whales.databaseUrl),
    databaseUrlAs('whales_system', whales.databaseUrl),
  );
  const as = (claims: ConstructorParameters<typeof Asking>[2]): Asking =>
    new Asking(whales.port, router, claims);
  [ann, bob, nobody] = [as(people.ann), as(people.bob), as(null)];
  const keyWith = (scope: string): Asking => as({ sub: people.ann.sub, scope });
  [reader, writer] = [keyWith('read:whales'), keyWith('write:whales')];
  stranger = keyWith('read:market read:portfolio write:portfolio write:alerts');
});
afterAll(async () => {
  await prisma?.$disconnect();
  await whales?.stop();
  await router?.stop();
});

const LABEL = `mutation ($input: LabelWalletInput!) { labelWallet(input: $input) {
  id ownLabel { name kind source confidence isOwn } ownNote
} }`;
const UNLABEL = `mutation ($chain: String!, $address: String!) {
  removeWalletLabel(chain: $chain, address: $address) { id ownLabel { name } }
}`;
const WALLET = `query ($chain: String!, $address: String!) { wallet(chain: $chain, address: $address) {
  ownLabel { name } ownNote followed { name }
} }`;
const LABELLED = `{ labelledWallets { id ownLabel { name } } }`;
const LABELS = `{ labelledWallets { chain address ownLabel { name kind } ownNote } }`;
const SHARED = `query ($chain: String!, $address: String!) { wallet(chain: $chain, address: $address) {
  label { name } labels { name }
} }`;
const FOLLOW = `mutation ($input: FollowWalletInput!) { followWallet(input: $input) {
  id chain address name group wallet { id followed { name } }
} }`;
const UPDATE = `mutation ($id: ID!, $input: FollowedWalletChanges!) {
  updateFollowedWallet(id: $id, input: $input) { id name group }
}`;
const UNFOLLOW = `mutation ($id: ID!) { unfollowWallet(id: $id) }`;
const WALLETS = `{ wallets { id name group address } }`;
const MOVED = `subscription ($id: ID!, $after: ID) { walletMoved(id: $id, after: $after) { id } }`;

interface Followed {
  id: string;
  name: string | null;
  group: string | null;
  address: string;
}

let count = 0;
const newWallet = () => ({
  chain: 'ethereum',
  address: `0x${String((count += 1)).padStart(40, 'a')}`,
});

async function followed(who: Asking, name: string, group?: string): Promise<Followed> {
  const input = { ...newWallet(), name, group };
  return (await who.data<{ followWallet: Followed }>(FOLLOW, { input })).followWallet;
}
const wallets = async (who: Asking): Promise<Followed[]> =>
  (await who.data<{ wallets: Followed[] }>(WALLETS)).wallets;

describe('a label of one’s own', () => {
  it('is there for whoever gave it, and for nobody else', async () => {
    const wallet = newWallet();
    const input = { ...wallet, name: ' My broker ', kind: 'FUND', note: 'met in May' };
    expect(await ann.data(LABEL, { input })).toEqual({
      labelWallet: {
        id: `ethereum:${wallet.address}`,
        ownLabel: { name: 'My broker', kind: 'FUND', source: 'own', confidence: 1, isOwn: true },
        ownNote: 'met in May',
      },
    });
    expect(await ann.data(WALLET, wallet)).toEqual({
      wallet: { ownLabel: { name: 'My broker' }, ownNote: 'met in May', followed: null },
    });
    expect(await bob.data(WALLET, wallet)).toEqual({
      wallet: { ownLabel: null, ownNote: null, followed: null },
    });
    for (const who of [ann, bob, nobody]) {
      expect(await who.data(SHARED, wallet)).toEqual({ wallet: { label: null, labels: [] } });
    }
  });

  it('keeps its note where only its name is told anew, until that is told to be none', async () => {
    const wallet = newWallet();
    const call = (changes: object) => ann.data(LABEL, { input: { ...wallet, ...changes } });
    await call({ name: 'Broker', note: 'met in May' });
    expect(await call({ name: 'Bank' })).toMatchObject({ labelWallet: { ownNote: 'met in May' } });
    expect(await call({ name: 'Bank', note: '' })).toMatchObject({
      labelWallet: { ownNote: null },
    });
  });

  it('is listed with all others of whoever gave it, the last one first', async () => {
    const [person, other] = [somebody(), somebody()].map(
      (claims) => new Asking(whales.port, router, claims),
    ) as [Asking, Asking];
    const labelled = async (who: Asking) =>
      (await who.data<{ labelledWallets: unknown[] }>(LABELLED)).labelledWallets;
    const [first, second] = [newWallet(), newWallet()];
    await person.data(LABEL, { input: { ...first, name: 'First' } });
    await person.data(LABEL, { input: { ...second, name: 'Second' } });
    await other.data(LABEL, { input: { ...first, name: 'Another’s' } });
    const listed = ({ address }: { address: string }, name: string) => ({
      ...{ id: `ethereum:${address}`, ownLabel: { name } },
    });
    await until(async () => {
      await person.data(LABEL, { input: { ...second, name: 'Second' } });
      const [newest] = (await labelled(person)) as { ownLabel: { name: string } }[];
      return newest?.ownLabel.name === 'Second';
    });
    expect(await labelled(person)).toEqual([listed(second, 'Second'), listed(first, 'First')]);
    expect(await labelled(other)).toEqual([listed(first, 'Another’s')]);
    expect(await nobody.codes(LABELLED)).toEqual(['UNAUTHENTICATED']);
    expect(await stranger.codes(LABELLED)).toEqual(['FORBIDDEN']);
  });

  it('stands beside what sources say of a party of a transaction', async () => {
    const { chain, address } = newWallet();
    const from = [{ address, owner: null, ownerKind: 'UNKNOWN' as const }];
    const transaction = seen({ chain, legs: [leg({ from })] });
    await whales.see(transaction);
    await ann.data(LABEL, { input: { chain, address, name: 'Mine' } });
    const query = `query ($id: ID!) { whaleTransaction(id: $id) {
      legs { from { label { name } ownLabel { name kind } } }
    } }`;
    const party = { label: null, ownLabel: { name: 'Mine', kind: 'OTHER' } };
    const of = (found: unknown) => ({ whaleTransaction: { legs: [{ from: [found] }] } });
    const asked = { id: idOf(transaction) };
    expect(await ann.data(query, asked)).toEqual(of(party));
    expect(await bob.data(query, asked)).toEqual(of({ ...party, ownLabel: null }));
  });

  it('is another one when it is given again, and gone when it is removed', async () => {
    const wallet = newWallet();
    await ann.data(LABEL, { input: { ...wallet, name: 'First' } });
    await bob.data(LABEL, { input: { ...wallet, name: 'Bob’s' } });
    await ann.data(LABEL, { input: { ...wallet, name: 'Second' } });
    expect(await ann.data(WALLET, wallet)).toMatchObject({
      wallet: { ownLabel: { name: 'Second' } },
    });
    const removed = { removeWalletLabel: { ownLabel: null } };
    expect(await ann.data(UNLABEL, wallet)).toMatchObject(removed);
    expect(await ann.data(UNLABEL, wallet)).toMatchObject(removed);
    expect(await bob.data(WALLET, wallet)).toMatchObject({
      wallet: { ownLabel: { name: 'Bob’s' } },
    });
  });

  it.each([
    ['an address that is none', { address: '0x12', name: 'a' }],
    ['a chain that is none', { chain: '!', name: 'a' }],
    ['no name', { name: ' ' }],
    ['a name that is too long', { name: 'a'.repeat(101) }],
    ['a note that is too long', { name: 'a', note: 'a'.repeat(1_001) }],
  ])('with %s is INVALID_INPUT', async (_, changes) => {
    expect(await ann.codes(LABEL, { input: { ...newWallet(), ...changes } })).toEqual([
      'INVALID_INPUT',
    ]);
  });

  it('is refused beyond 2000 of them', async () => {
    const person = somebody();
    await asUser(prisma, person.sub, (tx) =>
      tx.ownWalletLabel.createMany({
        data: Array.from({ length: 2_000 }, (_, index) => ({
          ...{
            userId: person.sub,
            chain: 'stellar',
            address: `a${index}`,
            name: 'a',
            kind: 'OTHER',
          },
          ...{ note: '', updatedAt: new Date(0) },
        })),
      }),
    );
    const full = new Asking(whales.port, router, person);
    expect(await full.codes(LABEL, { input: { ...newWallet(), name: 'a' } })).toEqual(['CONFLICT']);
    const known = { chain: 'stellar', address: 'a1999', name: 'b' };
    expect(await full.codes(LABEL, { input: known })).toEqual([]);
  });
});

describe('a followed wallet', () => {
  it('is in its follower’s list by group, and in nobody else’s', async () => {
    const person = new Asking(whales.port, router, somebody());
    for (const [name, group] of [
      ['one', 'exchanges'],
      ['two', undefined],
      ['three', 'exchanges'],
    ] as const) {
      await followed(person, name, group);
    }
    expect((await wallets(person)).map(({ name, group }) => [name, group])).toEqual([
      ['two', null],
      ['one', 'exchanges'],
      ['three', 'exchanges'],
    ]);
    expect(await wallets(bob)).toEqual([]);
  });

  it('is called and sorted otherwise, and is no longer followed, by its follower only', async () => {
    const { id } = await followed(ann, 'before', 'group');
    const input = { name: 'after' };
    expect(await bob.codes(UPDATE, { id, input })).toEqual(['NOT_FOUND']);
    expect(await bob.data(UNFOLLOW, { id })).toEqual({ unfollowWallet: false });
    expect(await ann.data(UPDATE, { id, input })).toEqual({
      updateFollowedWallet: { id, name: 'after', group: 'group' },
    });
    expect(await ann.data(UPDATE, { id, input: { group: '' } })).toEqual({
      updateFollowedWallet: { id, name: 'after', group: null },
    });
    expect(await ann.data(UNFOLLOW, { id })).toEqual({ unfollowWallet: true });
    expect(await ann.data(UNFOLLOW, { id })).toEqual({ unfollowWallet: false });
    expect(await ann.codes(UPDATE, { id, input })).toEqual(['NOT_FOUND']);
    expect(await ann.codes(UPDATE, { id: 'none', input })).toEqual(['NOT_FOUND']);
  });

  it('is followed once, and 200 are followed at most', async () => {
    const person = somebody();
    const who = new Asking(whales.port, router, person);
    const { id, address } = await followed(who, 'one');
    const { errors } = await who.ask(FOLLOW, { input: { chain: 'ethereum', address } });
    expect(errors?.map(({ extensions }) => extensions)).toMatchObject([{ code: 'CONFLICT', id }]);
    await asUser(prisma, person.sub, (tx) =>
      tx.followedWallet.createMany({
        data: Array.from({ length: 199 }, (_, index) => ({
          ...{ id: randomUUID(), userId: person.sub, chain: 'bitcoin', address: `a${index}` },
          ...{ name: '', group: '', since: new Date(0) },
        })),
      }),
    );
    expect(await who.codes(FOLLOW, { input: newWallet() })).toEqual(['CONFLICT']);
    expect(await wallets(who)).toHaveLength(200);
  });

  it('is called what its follower calls it, however sure a source is', async () => {
    const { id, address } = await followed(ann, 'one');
    const wallet = { chain: 'ethereum', address };
    await whales.prisma.walletLabel.create({
      data: {
        ...{ ...wallet, source: 'sure', name: 'Somebody', kind: 'FUND', confidence: 1 },
        date: new Date(Date.UTC(2100, 0, 1)),
      },
    });
    await whales.prisma.walletLabelRevision.updateMany({ data: { revision: { increment: 1 } } });
    const label = async () => {
      const { wallets: found } = await ann.data<{
        wallets: { id: string; label: { name: string; isOwn: boolean } | null }[];
      }>('{ wallets { id label { name isOwn } } }');
      return found.find((each) => each.id === id)?.label ?? null;
    };
    await until(async () => (await label())?.name === 'Somebody');
    await ann.data(LABEL, { input: { ...wallet, name: 'Mine' } });
    expect(await label()).toEqual({ name: 'Mine', isOwn: true });
    await ann.data(UNLABEL, wallet);
    expect(await label()).toEqual({ name: 'Somebody', isOwn: false });
  });

  it('tells its follower of its transactions, each once, and nobody else', async () => {
    const { id, address } = await followed(ann, 'moving');
    const party = { address, owner: null, ownerKind: 'UNKNOWN' as const };
    const of = (changes: Parameters<typeof leg>[0]) =>
      seen({ chain: 'ethereum', legs: [leg(changes)] });
    const [before, sent, other, received] = [
      of({}),
      of({ from: [party] }),
      of({}),
      of({ to: [party] }),
    ];
    // Of the same address on another chain.
    const elsewhere = seen({ chain: 'bsc', legs: [leg({ from: [party] })] });
    await whales.see(before);
    const stream = await ann.follow<{ walletMoved: { id: string } }>(MOVED, {
      ...{ id, after: idOf(before) },
    });
    await whales.see(sent, other, elsewhere, received);
    expect((await stream.next()).walletMoved.id).toBe(idOf(sent));
    expect((await stream.next()).walletMoved.id).toBe(idOf(received));
    await stream.close();
    const foreign = await bob.follow(MOVED, { id });
    await expect(foreign.next()).rejects.toThrow(/There is no followed wallet/);
    await foreign.close();
  });
});

describe('what is somebody’s own', () => {
  const ASKED: [string, string, Record<string, unknown>][] = [
    ['ownLabel', WALLET, newWallet()],
    ['labelWallet', LABEL, { input: { ...newWallet(), name: 'a' } }],
    ['removeWalletLabel', UNLABEL, newWallet()],
    ['followWallet', FOLLOW, { input: newWallet() }],
    ['updateFollowedWallet', UPDATE, { id: randomUUID(), input: {} }],
    ['unfollowWallet', UNFOLLOW, { id: randomUUID() }],
    ['wallets', WALLETS, {}],
    ['labelledWallets', LABELS, {}],
  ];

  it.each(ASKED)(
    'is refused to nobody and to keys without its scope by the subgraph itself: %s',
    async (name, query, asked) => {
      expect(new Set(await nobody.codes(query, asked))).toEqual(new Set(['UNAUTHENTICATED']));
      const isRead = ['ownLabel', 'wallets', 'labelledWallets'].includes(name);
      for (const key of [stranger, isRead ? writer : reader]) {
        expect(new Set(await key.codes(query, asked))).toEqual(new Set(['FORBIDDEN']));
      }
    },
  );

  it('is read and changed in its owner’s name by keys with the scopes for it', async () => {
    const { id, address } = await followed(ann, 'by hand');
    const wallet = { chain: 'ethereum', address };
    const label = `mutation ($input: LabelWalletInput!) { labelWallet(input: $input) { id } }`;
    await writer.data(label, { input: { ...wallet, name: 'By key' } });
    expect(await writer.codes(WALLETS)).toEqual(['FORBIDDEN']);
    expect(await reader.data(WALLET, wallet)).toMatchObject({
      wallet: { ownLabel: { name: 'By key' }, followed: { name: 'by hand' } },
    });
    expect(await wallets(reader)).toEqual(await wallets(ann));
    const refused = await stranger.follow(MOVED, { id });
    await expect(refused.next()).rejects.toThrow(/read:whales/);
    await refused.close();
    expect(await writer.data(UNFOLLOW, { id })).toEqual({ unfollowWallet: true });
    expect((await wallets(ann)).map((each) => each.id)).not.toContain(id);
  });

  it('is listed whole for its owner alone, to take along', async () => {
    const [cat, dan] = [somebody(), somebody()].map(
      (claims) => new Asking(whales.port, router, claims),
    ) as [Asking, Asking];
    const wallet = newWallet();
    await cat.data(LABEL, { input: { ...wallet, name: 'Cat’s', kind: 'FUND', note: 'old' } });
    await dan.data(LABEL, { input: { ...wallet, name: 'Dan’s' } });
    const label = { ...wallet, ownLabel: { name: 'Cat’s', kind: 'FUND' }, ownNote: 'old' };
    expect(await cat.data(LABELS)).toEqual({ labelledWallets: [label] });
  });

  it('is not in what a query finds that forgets to say whose rows it wants', async () => {
    await ann.data(LABEL, { input: { ...newWallet(), name: 'Ann’s' } });
    await followed(ann, 'Ann’s');
    const all = (userId: string) =>
      asUser(prisma, userId, async (tx) => [
        ...(await tx.ownWalletLabel.findMany()),
        ...(await tx.followedWallet.findMany()),
      ]);
    const found = await all(people.ann.sub);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(new Set(found.map(({ userId }) => userId))).toEqual(new Set([people.ann.sub]));
    expect(await all(randomUUID())).toEqual([]);
    expect([await prisma.ownWalletLabel.count(), await prisma.followedWallet.count()]).toEqual([
      0, 0,
    ]);
  });

  it('is not in what a query finds that sets whatever it wants', async () => {
    await ann.data(LABEL, { input: { ...newWallet(), name: 'Ann’s' } });
    const found = await asUser(prisma, people.bob.sub, async (tx) => {
      await tx.$executeRaw`SELECT set_config('spyhop.system', 'on', true)`;
      await tx.$executeRaw`SELECT set_config('spyhop.user_id', ${people.ann.sub}, true)`;
      return [...(await tx.ownWalletLabel.findMany()), ...(await tx.followedWallet.findMany())];
    });
    expect(found).toEqual([]);
  });

  it('cannot be written in another’s name', async () => {
    const { id } = await followed(ann, 'Ann’s');
    const stolen = await asUser(prisma, people.bob.sub, (tx) =>
      tx.followedWallet.updateMany({ where: { id }, data: { name: 'mine now' } }),
    );
    expect(stolen.count).toBe(0);
    await expect(
      asUser(prisma, people.bob.sub, (tx) =>
        tx.ownWalletLabel.create({
          data: {
            ...{ userId: people.ann.sub, ...newWallet(), name: 'planted', kind: 'OTHER' },
            ...{ note: '', updatedAt: new Date(0) },
          },
        }),
      ),
    ).rejects.toThrow(/row-level security/);
  });

  it('is gone with the account, and what others have stays', async () => {
    const leaving = somebody();
    const who = new Asking(whales.port, router, leaving);
    const wallet = newWallet();
    await who.data(LABEL, { input: { ...wallet, name: 'Leaving' } });
    await followed(who, 'leaving');
    await bob.data(LABEL, { input: { ...wallet, name: 'Staying' } });
    await whales.events.append(accountDeleted, { userId: leaving.sub, at: 1 });
    await until(async () => (await wallets(who)).length === 0);
    expect(await who.data(WALLET, wallet)).toMatchObject({ wallet: { ownLabel: null } });
    expect(await bob.data(WALLET, wallet)).toMatchObject({
      wallet: { ownLabel: { name: 'Staying' } },
    });
  });
});
