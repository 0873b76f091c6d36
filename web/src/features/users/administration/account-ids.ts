import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { ACCOUNTS } from './documents';

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether a text is the id of an account. */
export const isAccountId = (text: string): boolean => ID.test(text);

/** Reads what people enter for an account: its e-mail address, or its id. */
export function useAccountIds() {
  const client = useApolloClient();
  const [unknown, setUnknown] = useState<ReadonlySet<string>>(new Set());
  return {
    /** What is wrong with a text; an empty one stands for nobody. */
    faultOf: (text: string): string | undefined => {
      const asked = text.trim();
      if (asked === '' || isAccountId(asked)) return undefined;
      if (!asked.includes('@')) return 'Enter an e-mail address, or the id of an account.';
      return unknown.has(asked) ? 'There is no account with this address.' : undefined;
    },
    /** The id; null for nobody, undefined where there is no such account: `faultOf` says so from then on. */
    find: async (text: string): Promise<string | null | undefined> => {
      const asked = text.trim();
      if (asked === '' || isAccountId(asked)) return asked || null;
      const { data } = await client.query({
        query: ACCOUNTS,
        variables: { filter: { email: asked, role: null, locked: null }, first: 1, after: null },
        fetchPolicy: 'no-cache',
      });
      const id = data?.users.edges[0]?.node.id;
      if (id === undefined) setUnknown((known) => new Set(known).add(asked));
      return id;
    },
  };
}
