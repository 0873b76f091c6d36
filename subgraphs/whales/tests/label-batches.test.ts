import { expect, it } from '@jest/globals';
import { graphql } from 'graphql';
import { type WhalesServices, createContext } from '../graphql/context';
import { buildWhalesSchema } from '../graphql/schema';
import { type WalletKey, walletIdOf } from '../rules/wallet';
import { UNSAID } from '../rules/status';
import type { WhaleTransaction } from '../rules/whale';
import { leg } from './rig';

const address = (index: number): string => `0x${String(index).padStart(40, '0')}`;
const party = (index: number) => ({
  ...{ address: address(index), owner: null, ownerKind: 'UNKNOWN' as const },
});

it('the labels of all parties of a page are asked for at once, each wallet once', async () => {
  const stored = Array.from({ length: 50 }, (_, index): WhaleTransaction => ({
    ...{ chain: 'ethereum', hash: String(index), position: index, time: index, sources: ['test'] },
    ...{ firstPosition: index, fold: null, state: UNSAID },
    // All send to the same one.
    legs: [leg({ from: [party(index + 1)], to: [party(0)] })],
  }));
  const asked: (readonly WalletKey[])[] = [];
  const labels: WhalesServices['labels'] = {
    of: async (wallets) => {
      asked.push(wallets);
      return new Map();
    },
  };
  const services = { labels, transactions: { page: async () => stored } };
  const { schema } = await buildWhalesSchema();
  const { errors } = await graphql({
    schema,
    source: `{ whaleTransactions(first: 50) { edges { node { legs {
      from { label { name } } to { label { name } }
    } } } } }`,
    contextValue: createContext(services as unknown as WhalesServices, null),
  });
  expect(errors).toBeUndefined();
  expect(asked).toHaveLength(1);
  const ids = (asked[0] ?? []).map(walletIdOf);
  expect(ids.sort()).toEqual(
    Array.from({ length: 51 }, (_, index) => `ethereum:${address(index)}`).sort(),
  );
});
