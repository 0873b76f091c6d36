import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import type { ApiKeysQuery } from '../../../generated/graphql';
import { LabelledChoice } from '../../../ui/controls';
import { Question } from '../../../ui/dialog';
import { useFormats } from '../../../ui/useFormats';
import type { Removal } from '../../../ui/useRemoval';
import { scopeName } from './scopes';

const ROTATE_API_KEY = graphql(`
  mutation RotateApiKey($id: ID!, $overlapMinutes: Int!) {
    rotateApiKey(id: $id, overlapMinutes: $overlapMinutes) {
      key
    }
  }
`);

const REVOKE_API_KEY = graphql(`
  mutation RevokeApiKey($id: ID!) {
    revokeApiKey(id: $id)
  }
`);

/** How long a key works on beside the one in its place, in minutes. */
const OVERLAPS = [
  { value: '0', label: 'Not at all: it has leaked' },
  { value: '60', label: 'For an hour' },
  { value: '1440', label: 'For a day' },
  { value: '10080', label: 'For a week' },
];
const A_DAY = '1440';

/** A key as its owner sees it. */
export type ApiKey = NonNullable<
  NonNullable<ApiKeysQuery['me']>['apiKeys']
>['edges'][number]['node'];

export interface KeyLineProps {
  apiKey: ApiKey;
  onSecret: (key: string) => void;
  onChanged: () => Promise<unknown>;
  removal: Removal;
}

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

interface ActProps extends KeyLineProps {
  onClose: () => void;
}

function Rotate({ apiKey: { id, name }, onSecret, onChanged, onClose }: ActProps) {
  const client = useApolloClient();
  const [overlap, setOverlap] = useState(A_DAY);
  const rotate = async () => {
    const { data } = await client.mutate({
      mutation: ROTATE_API_KEY,
      variables: { id, overlapMinutes: Number(overlap) },
      fetchPolicy: 'no-cache',
    });
    if (data) onSecret(data.rotateApiKey.key);
    await onChanged();
  };
  return (
    <Question
      title={`Rotate ${name}?`}
      about="A new key takes its place and may do the same. It is shown once; give it to whatever uses the key before."
      yes="Rotate it"
      color="primary"
      onYes={rotate}
      onClose={onClose}
    >
      <LabelledChoice
        label="The key before works on"
        value={overlap}
        choices={OVERLAPS}
        onChange={setOverlap}
      />
    </Question>
  );
}

function Revoke({ apiKey: { id, name }, onChanged, removal, onClose }: ActProps) {
  const client = useApolloClient();
  const revoke = () =>
    removal.remove(id, `${name} is revoked.`, async () => {
      await client.mutate({ mutation: REVOKE_API_KEY, variables: { id } });
      await onChanged();
    });
  return (
    <Question
      title={`Revoke ${name}?`}
      about="Whatever uses it is refused within a second. Nobody can bring the key back."
      yes="Revoke it"
      onYes={revoke}
      onClose={onClose}
    />
  );
}

/** A key: what is known of it, and what can be done with it. */
export function KeyLine(line: KeyLineProps) {
  const { id, name } = line.apiKey;
  const { may, facts } = useKeyWords(line.apiKey);
  const [asking, setAsking] = useState<'rotate' | 'revoke' | null>(null);
  const onClose = () => setAsking(null);
  return (
    <li>
      <div className="what">
        <strong>{name}</strong>
        <span>May {may || 'nothing'}</span>
        <span>{facts}</span>
      </div>
      <div className="does">
        <Button size="small" aria-label={`Rotate ${name}`} onClick={() => setAsking('rotate')}>
          Rotate
        </Button>
        <Button
          size="small"
          color="error"
          {...line.removal.removes(id)}
          aria-label={`Revoke ${name}`}
          onClick={() => setAsking('revoke')}
        >
          Revoke
        </Button>
      </div>
      {asking === 'rotate' && <Rotate {...line} onClose={onClose} />}
      {asking === 'revoke' && <Revoke {...line} onClose={onClose} />}
    </li>
  );
}
