import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RoutedWhales, startRoutedWhales } from './behind-router';
import { idOf, leg, seen } from './rig';

let routed: RoutedWhales;
let ann: string;
let bob: string;
beforeAll(async () => {
  routed = await startRoutedWhales();
  [ann, bob] = [await routed.signIn(), await routed.signIn()];
});
afterAll(() => routed?.stop());

const wallet = { chain: 'ethereum', address: '0xbe0eb53f46cd790cd13851d5eff43d12404d33e8' };
const party = { address: wallet.address, owner: null, ownerKind: 'UNKNOWN' as const };
const moving = () => seen({ chain: 'ethereum', legs: [leg({ from: [party] })] });

const LABEL = `mutation ($input: LabelWalletInput!) { labelWallet(input: $input) { id } }`;
const OWN = `query ($chain: String!, $address: String!) {
  wallet(chain: $chain, address: $address) { address ownLabel { name } }
}`;
const SHARED = `query ($chain: String!, $address: String!) {
  wallet(chain: $chain, address: $address) { address label { name } }
}`;

const codesOf = ({ errors = [] }: Awaited<ReturnType<RoutedWhales['ask']>>): unknown[] =>
  errors.map(({ extensions }) => extensions?.['code']);

describe('through the router', () => {
  beforeAll(async () => {
    for (const [token, name] of [
      [ann, 'Ann’s'],
      [bob, 'Bob’s'],
    ] as const) {
      expect(codesOf(await routed.ask(token, LABEL, { input: { ...wallet, name } }))).toEqual([]);
    }
  });

  it('each gets what they call a wallet themselves, also where all ask at once', async () => {
    const askers = Array.from({ length: 20 }, (_, index) => [ann, bob, null][index % 3] ?? null);
    const answers = await Promise.all(askers.map((token) => routed.ask(token, OWN, wallet)));
    for (const [index, answer] of answers.entries()) {
      const who = askers[index];
      if (who === null) expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
      else {
        const name = who === ann ? 'Ann’s' : 'Bob’s';
        expect(answer.data).toMatchObject({ wallet: { ownLabel: { name } } });
      }
    }
  });

  it.each([
    [
      'alias',
      `query ($chain: String!, $address: String!) { wallet(chain: $chain, address: $address) {
      address explorerUrl: ownLabel { name } } }`,
    ],
    [
      'fragment',
      `query ($chain: String!, $address: String!) { wallet(chain: $chain, address: $address) {
      address ... on Wallet { ...Own } } } fragment Own on Wallet { ownLabel { name } }`,
    ],
    ['list', `{ wallets { wallet { ownLabel { name } } } }`],
    [
      'change',
      `mutation { removeWalletLabel(chain: "ethereum", address: "${wallet.address}") { id } }`,
    ],
  ])('a key without the scope gets nothing of it by %s', async (_, query) => {
    const key = await routed.keyOf(ann, 'read:market write:alerts');
    const answer = await routed.ask(key, query, wallet);
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(JSON.stringify(answer.data)).not.toContain('Ann’s');
  });

  it('a key with the scope gets what its owner gets', async () => {
    const key = await routed.keyOf(ann, 'read:whales');
    expect(await routed.ask(key, OWN, wallet)).toEqual(await routed.ask(ann, OWN, wallet));
  });

  it('what is the same for all is there for everybody', async () => {
    for (const token of [ann, bob, null]) {
      const { data } = await routed.ask(token, SHARED, wallet);
      expect(data).toEqual({ wallet: { address: wallet.address, label: null } });
    }
  });

  it('one stream of transactions has for each what they call its parties', async () => {
    const first = moving();
    await routed.whales.see(first);
    const query = `subscription ($after: ID) { whaleMoved(after: $after) {
      id legs { from { ownLabel { name } } }
    } }`;
    const after = { after: idOf(first) };
    const streams = [ann, bob].map((token) => routed.follow(token, query, after));
    const second = moving();
    await routed.whales.see(second);
    const [annGot, bobGot] = await Promise.all(streams.map((stream) => stream.next()));
    const event = (name: string) => ({
      whaleMoved: { id: idOf(second), legs: [{ from: [{ ownLabel: { name } }] }] },
    });
    expect(annGot).toEqual(event('Ann’s'));
    expect(bobGot).toEqual(event('Bob’s'));
  });

  it('a followed wallet tells its follower only', async () => {
    const follow = `mutation ($input: FollowWalletInput!) { followWallet(input: $input) { id } }`;
    const { data } = await routed.ask<{ followWallet: { id: string } }>(ann, follow, {
      input: wallet,
    });
    const id = data?.followWallet.id;
    const first = moving();
    await routed.whales.see(first);
    const query = `subscription ($id: ID!, $after: ID) { walletMoved(id: $id, after: $after) { id } }`;
    const own = routed.follow<{ walletMoved: { id: string } }>(ann, query, {
      ...{ id, after: idOf(first) },
    });
    const second = moving();
    await routed.whales.see(second);
    expect(await own.next()).toEqual({ walletMoved: { id: idOf(second) } });
    const variables = { id, after: idOf(first) };
    const refused = async (token: string | null): Promise<unknown> =>
      routed
        .follow(token, query, variables)
        .next()
        .catch((errors: unknown) => errors);
    expect(await refused(bob)).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(await refused(null)).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});
