import { useApolloClient, useQuery } from '@apollo/client/react';
import type { FollowedWalletPartsFragment } from '../../../generated/graphql';
import {
  FOLLOWED_WALLETS,
  FOLLOW_WALLET,
  UNFOLLOW_WALLET,
  UPDATE_FOLLOWED_WALLET,
} from './documents';

/** A wallet that the viewer follows. */
export type Followed = FollowedWalletPartsFragment;

/** What a viewer calls a wallet and where they put it. */
interface Kept {
  /** Empty for none. */
  name: string;
  /** Empty for none. */
  group: string;
}

/** The wallets that the viewer follows, and how to change them; each act rejects where it was not kept. */
export function useFollowed(isSignedIn: boolean) {
  const client = useApolloClient();
  const { data, error, refetch } = useQuery(FOLLOWED_WALLETS, {
    ...{ skip: !isSignedIn, fetchPolicy: 'no-cache' },
  });
  const again = async () => void (await refetch());
  return {
    /** Undefined until they are known. */
    wallets: data?.wallets,
    error,
    reload: () => void again().catch(() => undefined),
    follow: async (wallet: { chain: string; address: string }, kept: Kept) => {
      const { chain, address } = wallet;
      const input = { chain, address, ...kept };
      await client.mutate({ mutation: FOLLOW_WALLET, variables: { input } });
      await again();
    },
    change: async (id: string, input: Kept) => {
      await client.mutate({ mutation: UPDATE_FOLLOWED_WALLET, variables: { id, input } });
      await again();
    },
    unfollow: async (id: string) => {
      await client.mutate({ mutation: UNFOLLOW_WALLET, variables: { id } });
      await again();
    },
  };
}

/** The groups that wallets are in, each once, in order. */
export const groupsOf = (wallets: readonly Followed[] = []): string[] =>
  [...new Set(wallets.flatMap(({ group }) => group ?? []))].sort((a, b) => a.localeCompare(b));
