import { useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import { Actions } from '../../../ui/form';
import { Nothing, Section, Things, ThingsSkeleton } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import { useRemoval } from '../../../ui/useRemoval';
import { KeyLine, type ApiKey, type KeyLineProps } from './KeyLine';
import { NewApiKey } from './NewApiKey';
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

/** More than one person may have. */
const MOST_KEYS = 50;
const KEEP_IT =
  'This key is shown this once. Put it where your program reads its secrets; never into its code.';

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
  const removal = useRemoval('key');
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
      {removal.told}
      {keys ? (
        <KeyList keys={keys} onSecret={setSecret} onChanged={refetch} removal={removal} />
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
