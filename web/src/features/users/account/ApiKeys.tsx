import { useApolloClient, useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import type { ApiKeysQuery } from '../../../generated/graphql';
import { Actions, Notice } from '../../../ui/form';
import { Nothing, Section, Things, ThingsSkeleton } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import { useAction } from '../../../ui/useAction';
import { useFormats } from '../../../ui/useFormats';
import { NewApiKey } from './NewApiKey';
import { scopeName } from './scopes';
import { ShownOnce } from './ShownOnce';

const API_KEYS = graphql(`
  query ApiKeys($first: Int!, $after: String) {
    me {
      id
      apiKeys(first: $first, after: $after) {
        edges {
          node {
            id
            name
            scopes
            allowedIps
            createdAt
            expiresAt
            lastUsedAt
            lastUsedAddress
          }
        }
      }
    }
  }
`);

const ROTATE_API_KEY = graphql(`
  mutation RotateApiKey($id: ID!) {
    rotateApiKey(id: $id) {
      key
    }
  }
`);

const REVOKE_API_KEY = graphql(`
  mutation RevokeApiKey($id: ID!) {
    revokeApiKey(id: $id)
  }
`);

/** More than one person may have. */
const MOST_KEYS = 50;
const KEEP_IT =
  'This key is shown this once. Put it where your program reads its secrets; never into its code.';

type ApiKey = NonNullable<NonNullable<ApiKeysQuery['me']>['apiKeys']>['edges'][number]['node'];

function useKeyWords({ scopes, allowedIps, expiresAt, lastUsedAt, lastUsedAddress }: ApiKey) {
  const { dateTime } = useFormats();
  const from = lastUsedAddress === null ? '' : ` from ${lastUsedAddress}`;
  return {
    may: scopes.map(scopeName).join(', '),
    facts: [
      expiresAt === null ? 'does not expire' : `expires ${dateTime(Date.parse(expiresAt))}`,
      allowedIps.length === 0 ? 'from any address' : `from ${allowedIps.join(', ')}`,
      lastUsedAt === null ? 'never used' : `last used ${dateTime(Date.parse(lastUsedAt))}${from}`,
    ].join(' · '),
  };
}

interface KeyLineProps {
  apiKey: ApiKey;
  onSecret: (key: string) => void;
  onChanged: () => Promise<unknown>;
}

function KeyLine({ apiKey, onSecret, onChanged }: KeyLineProps) {
  const client = useApolloClient();
  const { may, facts } = useKeyWords(apiKey);
  const variables = { id: apiKey.id };
  const rotate = useAction(async () => {
    const { data } = await client.mutate({
      mutation: ROTATE_API_KEY,
      variables,
      fetchPolicy: 'no-cache',
    });
    if (data) onSecret(data.rotateApiKey.key);
    await onChanged();
  });
  const revoke = useAction(async () => {
    await client.mutate({ mutation: REVOKE_API_KEY, variables });
    await onChanged();
  });
  const failure = rotate.failure ?? revoke.failure;
  return (
    <li>
      <div className="what">
        <strong>{apiKey.name}</strong>
        <span>May {may || 'nothing'}</span>
        <span>{facts}</span>
        {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      </div>
      <div className="does">
        <Button size="small" aria-label={`Rotate ${apiKey.name}`} onClick={() => rotate.run()}>
          Rotate
        </Button>
        <Button
          size="small"
          color="error"
          aria-label={`Revoke ${apiKey.name}`}
          onClick={() => revoke.run()}
        >
          Revoke
        </Button>
      </div>
    </li>
  );
}

function KeyList({ keys, ...line }: { keys: readonly ApiKey[] } & Omit<KeyLineProps, 'apiKey'>) {
  if (keys.length === 0) {
    return <Nothing>You have no keys yet. A program needs one to ask in your name.</Nothing>;
  }
  return (
    <Things>
      {keys.map((apiKey) => (
        <KeyLine key={apiKey.id} apiKey={apiKey} {...line} />
      ))}
    </Things>
  );
}

/** Keys with which programs ask in somebody's name. */
export function ApiKeys() {
  const { data, error, refetch } = useQuery(API_KEYS, {
    variables: { first: MOST_KEYS, after: null },
    fetchPolicy: 'cache-and-network',
  });
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string>();
  const keys = data?.me?.apiKeys?.edges.map(({ node }) => node);
  if (!keys && error) {
    return (
      <ErrorState
        title="Your keys could not be loaded"
        error={error}
        stillWorks="They go on working."
        onRetry={() => void refetch()}
      />
    );
  }
  const show = (key: string) => {
    setMaking(false);
    setSecret(key);
    void refetch();
  };
  return (
    <Section
      title="Keys"
      about="A program sends its key in the header Authorization, after “ApiKey”. A revoked key is refused within a second."
    >
      {secret !== undefined && (
        <ShownOnce
          sentence={KEEP_IT}
          label="API key"
          text={secret}
          file="spyhop-api-key.txt"
          onDone={() => setSecret(undefined)}
        />
      )}
      {keys ? (
        <KeyList keys={keys} onSecret={setSecret} onChanged={refetch} />
      ) : (
        <ThingsSkeleton count={2} />
      )}
      {making ? (
        <NewApiKey onMade={show} onCancel={() => setMaking(false)} />
      ) : (
        <Actions>
          <Button variant="outlined" onClick={() => setMaking(true)}>
            Make a key
          </Button>
        </Actions>
      )}
    </Section>
  );
}
