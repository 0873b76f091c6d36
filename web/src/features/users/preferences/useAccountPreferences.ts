import type { ApolloClient } from '@apollo/client';
import { useApolloClient, useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { graphql } from '../../../generated/gql';
import type {
  OwnPreferencesFragment,
  Theme,
  UpdatePreferencesInput,
} from '../../../generated/graphql';
import {
  keepPreferencesBy,
  showAccountPreferences,
  type PersonalPreferences,
  type ThemeChoice,
} from '../../../ui/preferences';
import { useSessionState } from '../session/session-context';

graphql(`
  fragment OwnPreferences on Preferences {
    currency
    timeZone
    theme
    locale
    defaultInterval
  }
`);

const MY_PREFERENCES = graphql(`
  query MyPreferences {
    me {
      id
      preferences {
        ...OwnPreferences @unmask
      }
    }
  }
`);

const UPDATE_PREFERENCES = graphql(`
  mutation UpdatePreferences($input: UpdatePreferencesInput!) {
    updatePreferences(input: $input) {
      ...OwnPreferences @unmask
    }
  }
`);

const THEMES: Readonly<Record<Theme, ThemeChoice>> = {
  SYSTEM: 'system',
  DARK: 'dark',
  LIGHT: 'light',
};

const personalOf = (found: OwnPreferencesFragment): PersonalPreferences => ({
  theme: THEMES[found.theme],
  numberLocale: found.locale,
  timeZone: found.timeZone,
  currency: found.currency,
  defaultInterval: found.defaultInterval,
});

function inputOf(change: Partial<PersonalPreferences>): UpdatePreferencesInput {
  const { theme, numberLocale, ...same } = change;
  const chosen = (Object.keys(THEMES) as Theme[]).find((name) => THEMES[name] === theme);
  return {
    ...same,
    ...(chosen !== undefined && { theme: chosen }),
    ...(numberLocale !== undefined && { locale: numberLocale }),
  };
}

/**
 * Shows a change at once, or as soon as it is known what is changed, and takes it back where the server does not keep
 * it. Rejects then.
 */
async function keep(client: ApolloClient, change: Partial<PersonalPreferences>): Promise<void> {
  const input = inputOf(change);
  if (!client.cache.readQuery({ query: MY_PREFERENCES })) {
    await client.query({ query: MY_PREFERENCES });
  }
  const known = client.cache.readQuery({ query: MY_PREFERENCES }, true)?.me;
  await client.mutate({
    mutation: UPDATE_PREFERENCES,
    variables: { input },
    ...(known?.preferences && {
      optimisticResponse: {
        __typename: 'Mutation',
        updatePreferences: { ...known.preferences, ...input } as OwnPreferencesFragment,
      },
    }),
    update: (cache, { data }) => {
      if (!known || !data) return;
      const me = { ...known, preferences: data.updatePreferences };
      cache.writeQuery({ query: MY_PREFERENCES, data: { __typename: 'Query', me } });
    },
  });
}

/** Has the preferences of the account that is signed in hold on this page, and keeps their changes there. */
export function useAccountPreferences(): void {
  const client = useApolloClient();
  const { status } = useSessionState();
  const { data } = useQuery(MY_PREFERENCES, { skip: status !== 'signed-in' });
  const found = data?.me?.preferences;
  useEffect(() => {
    if (found) showAccountPreferences(personalOf(found));
  }, [found]);
  useEffect(() => {
    if (status === 'anonymous') showAccountPreferences(null);
    if (status !== 'signed-in') return;
    return keepPreferencesBy((change) => keep(client, change));
  }, [client, status]);
}
