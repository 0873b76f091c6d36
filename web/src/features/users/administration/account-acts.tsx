import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { Confirmed } from '../../../ui/Confirmed';
import { Actions, Field, FormGrid, Notice, Submit } from '../../../ui/form';
import { Section } from '../../../ui/sections';
import { useAction } from '../../../ui/useAction';
import { useForm } from '../../../ui/useForm';
import { useFormats } from '../../../ui/useFormats';
import { missing } from '../fields';
import { LOCK_USER, REVEAL_EMAIL, SET_ROLES, UNLOCK_USER, type AccountFacts } from './documents';

const LONGEST_REASON = 200;

interface ActProps {
  account: AccountFacts;
}

/** The address, masked until an administrator wants to see it. */
export function EmailOfAccount({ account: { id, email } }: ActProps) {
  const client = useApolloClient();
  const [revealed, setRevealed] = useState<string>();
  const { run, pending, failure } = useAction(async () => {
    const { data } = await client.mutate({
      mutation: REVEAL_EMAIL,
      variables: { id },
      fetchPolicy: 'no-cache',
    });
    setRevealed(data?.revealEmail);
  });
  return (
    <Section title="E-mail" about="Masked unless you need it. The audit log says who has looked.">
      <p>{revealed ?? email}</p>
      {revealed !== undefined && (
        <Notice tone="plain">The audit log has it that you looked.</Notice>
      )}
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      {revealed === undefined && (
        <Actions>
          <Button variant="outlined" aria-disabled={pending} onClick={() => run()}>
            Show the address
          </Button>
        </Actions>
      )}
    </Section>
  );
}

/** Whether they look after all accounts. */
export function RolesOfAccount({ account: { id, displayName, roles } }: ActProps) {
  const client = useApolloClient();
  const isAdmin = roles.includes('ADMIN');
  const others = roles.filter((role) => role !== 'ADMIN');
  const change = async () => {
    const variables = { id, roles: isAdmin ? others : [...others, 'ADMIN' as const] };
    await client.mutate({ mutation: SET_ROLES, variables });
  };
  return (
    <Section
      title="Role"
      about="Administrators see all accounts, lock them, and read the audit log. A change counts at once."
    >
      <p>{isAdmin ? 'Is an administrator.' : 'Is a user.'}</p>
      {isAdmin ? (
        <Confirmed
          action="Take the role away"
          question={`${displayName} will be a user like others. Are you sure?`}
          yes="Yes, take it away"
          no="Leave it"
          color="error"
          onYes={change}
        />
      ) : (
        <Confirmed
          action="Make an administrator"
          question={`${displayName} will see and lock every account, yours too. Are you sure?`}
          yes="Yes, make an administrator"
          no="Leave it"
          onYes={change}
        />
      )}
    </Section>
  );
}

function Lock({ account: { id } }: ActProps) {
  const client = useApolloClient();
  const { field, form, pending, failure } = useForm({
    initial: { reason: '' },
    check: ({ reason }) => ({ reason: missing(reason, 'Say why, for whoever reads the log.') }),
    submit: async ({ reason }) => {
      await client.mutate({ mutation: LOCK_USER, variables: { id, reason: reason.trim() } });
    },
  });
  return (
    <FormGrid {...form} aria-label="Lock the account">
      <Field
        {...field('reason')}
        label="Reason"
        hint="For the audit log; its owner does not see it."
        autoComplete="off"
        maxLength={LONGEST_REASON}
      />
      <Submit pending={pending} failure={failure} color="error">
        Lock the account
      </Submit>
    </FormGrid>
  );
}

/** Keeps somebody out, or lets them in again. */
export function LockOfAccount({ account }: ActProps) {
  const client = useApolloClient();
  const formats = useFormats();
  const { id, lockedAt } = account;
  return (
    <Section
      title="Lock"
      about="Ends all sessions and refuses all keys at once, until somebody unlocks the account. Nothing is deleted."
    >
      {lockedAt === null ? (
        <Lock account={account} />
      ) : (
        <>
          <Notice tone="warning">Locked since {formats.dateTime(Date.parse(lockedAt))}.</Notice>
          <Confirmed
            action="Unlock the account"
            question="They can sign in again, and their keys work again. Are you sure?"
            yes="Yes, unlock it"
            no="Leave it locked"
            onYes={async () => {
              await client.mutate({ mutation: UNLOCK_USER, variables: { id } });
            }}
          />
        </>
      )}
    </Section>
  );
}
