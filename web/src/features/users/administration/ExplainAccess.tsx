import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { ExplainAccessQuery } from '../../../generated/graphql';
import { Field, FormGrid, Notice, Select, Submit } from '../../../ui/form';
import { Section } from '../../../ui/sections';
import { useForm } from '../../../ui/useForm';
import { SCOPES } from '../account/scopes';
import { isAccountId, useAccountIds } from './account-ids';
import { EXPLAIN_ACCESS } from './documents';

type Decision = ExplainAccessQuery['explainAccess'];

/** A type and a field of it, as the schema names them. */
const FIELD = /^[A-Z]\w{0,63}\.[a-z]\w{0,63}$/;
const WAYS = [
  { value: 'session', label: 'In a session' },
  { value: 'key', label: 'With an API key' },
];
const KNOWN_SCOPES = SCOPES.map(({ name }) => name).join(' ');

function Verdict({ decision }: { decision: Decision }) {
  const { isAllowed, rule, because, speaking } = decision;
  const others = speaking.filter((name) => name !== rule);
  return (
    <div role="status" style={{ display: 'grid', gap: 8 }}>
      <Notice tone={isAllowed ? 'done' : 'warning'}>
        <strong>{isAllowed ? 'Allowed.' : 'Refused.'}</strong> {because}
      </Notice>
      <p>
        {rule === null ? 'No rule allows it.' : <>The rule “{rule}” decides.</>}{' '}
        {others.length > 0 && `Also about it: ${others.join(', ')}.`}
      </p>
    </div>
  );
}

/** Asks what somebody may have of the graph, and shows which rule says so. */
export function ExplainAccess() {
  const client = useApolloClient();
  const [params] = useSearchParams();
  const accounts = useAccountIds();
  const [decision, setDecision] = useState<Decision>();
  const linked = params.get('who') ?? '';
  const { field, form, values, pending, failure } = useForm({
    initial: {
      who: isAccountId(linked) ? linked : '',
      way: 'session',
      scopes: '',
      asked: '',
      owner: '',
    },
    check: ({ who, asked, owner }) => ({
      who: accounts.faultOf(who),
      owner: accounts.faultOf(owner),
      asked: FIELD.test(asked.trim()) ? undefined : 'Enter a field like User.email.',
    }),
    fieldOf: { field: 'asked', keyScopes: 'scopes' },
    submit: async ({ way, scopes, asked, ...people }) => {
      setDecision(undefined);
      const who = await accounts.find(people.who);
      const owner = await accounts.find(people.owner);
      if (who === undefined || owner === undefined) return;
      const keyScopes = way === 'key' ? scopes.split(/[\s,]+/).filter(Boolean) : null;
      const { data } = await client.query({
        query: EXPLAIN_ACCESS,
        variables: { who, owner, keyScopes, field: asked.trim() },
        fetchPolicy: 'no-cache',
      });
      setDecision(data?.explainAccess);
    },
  });
  const text = { autoComplete: 'off', spellCheck: false, autoCapitalize: 'none' } as const;
  return (
    <Section
      title="Who may do what"
      about="The rules are the ones that a test holds the API to. What is asked here is answered, not done."
    >
      <FormGrid {...form} aria-label="Explain access">
        <Field
          {...field('who')}
          {...text}
          label="Who asks"
          hint="E-mail address or id. Empty is nobody."
        />
        <Select
          {...field('way')}
          label="How they ask"
          hint="A key may do what its scopes say, and never more than its owner."
          choices={WAYS}
        />
        {values.way === 'key' && (
          <Field {...field('scopes')} {...text} label="Scopes of the key" hint={KNOWN_SCOPES} />
        )}
        <Field
          {...field('asked')}
          {...text}
          label="What they ask for"
          hint="Like User.email, Query.auditLog or Mutation.lockUser."
        />
        <Field
          {...field('owner')}
          {...text}
          label="Whose it is"
          hint="E-mail address or id. Empty is nobody’s."
        />
        <Submit pending={pending} failure={failure}>
          Explain
        </Submit>
      </FormGrid>
      {decision && <Verdict decision={decision} />}
    </Section>
  );
}
