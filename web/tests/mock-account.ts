import { GraphQLError } from 'graphql';
import type { MockEvents } from './mock-schema.ts';

interface MockList {
  id: string;
  name: string;
  symbols: string[];
  version: number;
}

interface MockPreferences {
  currency: string;
  timeZone: string | null;
  theme: 'SYSTEM' | 'LIGHT' | 'DARK';
  locale: string | null;
  defaultInterval: string;
}

/** Somebody with an account, as the API shows them to themselves. */
export interface MockAccount {
  id: string;
  email: string;
  displayName: string;
  roles: string[];
  preferences: MockPreferences;
  watchlists: MockList[];
}

/** An account as it is just after registering. */
export const createMockAccount = (): MockAccount => ({
  id: 'ann',
  email: 'ann@example.org',
  displayName: 'Ann',
  roles: ['USER'],
  preferences: {
    currency: 'USD',
    timeZone: null,
    theme: 'SYSTEM',
    locale: null,
    defaultInterval: 'H1',
  },
  watchlists: [],
});

const refused = (code: string, details = {}) =>
  new GraphQLError('No.', { extensions: { code, ...details } });

/** Changes of what an account owns, told to whoever follows; each list has its version, as on the server. */
export function accountMutations(account: MockAccount, events: MockEvents) {
  const { watchlists } = account;
  const told = <T>(result: T): T => {
    events.publish('watchlists', null);
    return result;
  };
  const add = ({ name, symbols }: Pick<MockList, 'name' | 'symbols'>) => {
    const list = { id: listId(watchlists.length + 1), name, symbols: [...symbols], version: 1 };
    watchlists.push(list);
    return list;
  };
  return {
    updatePreferences: ({ input }: { input: Partial<MockPreferences> }) =>
      Object.assign(account.preferences, input),
    updateProfile: ({ displayName }: { displayName: string }) =>
      Object.assign(account, { displayName }),
    createWatchlist: (content: Pick<MockList, 'name' | 'symbols'>) => told(add(content)),
    mergeWatchlist: ({ name, symbols }: Pick<MockList, 'name' | 'symbols'>) => {
      const list = watchlists.find((known) => known.name === name) ?? add({ name, symbols: [] });
      list.symbols = [...new Set([...list.symbols, ...symbols])];
      list.version += 1;
      return told(list);
    },
    updateWatchlist: ({ id, version, ...changes }: MockList) => {
      const list = watchlists.find((known) => known.id === id);
      if (!list) throw refused('NOT_FOUND');
      if (list.version !== version) throw refused('CONFLICT', { version: list.version });
      return told(Object.assign(list, changes, { version: version + 1 }));
    },
    deleteWatchlist: ({ id }: { id: string }) => {
      const at = watchlists.findIndex((known) => known.id === id);
      return told(watchlists.splice(at, 1).length === 1);
    },
    orderWatchlists: ({ ids }: { ids: string[] }) =>
      told(watchlists.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))),
  };
}

/** Ids as the server gives them. */
export const listId = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
