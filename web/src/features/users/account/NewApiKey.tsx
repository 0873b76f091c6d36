import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import type { ApiKeyScope } from '../../../generated/graphql';
import { LabelledChoice } from '../../../ui/controls';
import { Field, FormGrid, Submit } from '../../../ui/form';
import { TEXT } from '../../../ui/theme';
import { useForm } from '../../../ui/useForm';
import { missing } from '../fields';
import { SCOPES } from './scopes';

const CREATE_API_KEY = graphql(`
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      key
    }
  }
`);

const DAY_MS = 86_400_000;
const LIVES = [
  { value: '30', label: 'After 30 days' },
  { value: '90', label: 'After 90 days' },
  { value: '365', label: 'After a year' },
  { value: '', label: 'Never' },
];

const Scopes = styled('fieldset')(({ theme }) => ({
  display: 'grid',
  gap: 8,
  margin: 0,
  padding: 0,
  border: 0,
  fontSize: TEXT.body,
  '& legend': { padding: 0, marginBottom: 6, fontWeight: 500 },
  '& label': { display: 'flex', alignItems: 'baseline', gap: 8, cursor: 'pointer' },
  '& input': { accentColor: theme.vars.palette.primary.main },
  '& .quiet': { fontSize: TEXT.small },
}));

const addressesIn = (text: string) => text.split(/[\s,]+/).filter(Boolean);

interface NewApiKeyProps {
  onMade: (key: string) => void;
  onCancel: () => void;
}

/** What a key may do, until when and from where. */
export function NewApiKey({ onMade, onCancel }: NewApiKeyProps) {
  const client = useApolloClient();
  const [scopes, setScopes] = useState<readonly ApiKeyScope[]>(['READ_MARKET']);
  const { field, form, values, set, pending, failure } = useForm({
    initial: { name: '', allowedIps: '', days: '90' },
    check: ({ name }) => ({ name: missing(name, 'Enter a name, so that you know it again.') }),
    submit: async ({ name, allowedIps, days }) => {
      const expiresAt =
        days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
      const input = { name: name.trim(), scopes, expiresAt, allowedIps: addressesIn(allowedIps) };
      const { data } = await client.mutate({
        mutation: CREATE_API_KEY,
        variables: { input: { ...input, scopes: [...scopes] } },
        fetchPolicy: 'no-cache',
      });
      if (data) onMade(data.createApiKey.key);
    },
  });
  const toggle = (scope: ApiKeyScope) =>
    setScopes((known) =>
      known.includes(scope) ? known.filter((other) => other !== scope) : [...known, scope],
    );
  return (
    <FormGrid {...form} aria-label="New key">
      <Field
        {...field('name')}
        label="Name"
        hint="What uses it: a script, a sheet, a bot."
        autoComplete="off"
        autoFocus
        maxLength={64}
      />
      <Scopes>
        <legend>It may</legend>
        {SCOPES.map(({ scope, name, title }) => (
          <label key={scope}>
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              onChange={() => toggle(scope)}
            />
            <span>
              {name} <span className="quiet">{title}</span>
            </span>
          </label>
        ))}
      </Scopes>
      <LabelledChoice
        label="It expires"
        value={values.days}
        choices={LIVES}
        onChange={(days) => set('days', days)}
      />
      <Field
        {...field('allowedIps')}
        label="Only from these addresses"
        hint="Addresses or networks like 203.0.113.0/24, with commas between. Empty is everywhere."
        autoComplete="off"
        spellCheck={false}
      />
      <Submit
        pending={pending}
        failure={failure}
        beside={<Button onClick={onCancel}>Cancel</Button>}
      >
        Make the key
      </Submit>
    </FormGrid>
  );
}
