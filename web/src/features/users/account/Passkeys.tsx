import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import type { SecondFactorQuery } from '../../../generated/graphql';
import { Question } from '../../../ui/dialog';
import { Actions, Notice } from '../../../ui/form';
import { Nothing, Section, Things } from '../../../ui/sections';
import { useFormats } from '../../../ui/useFormats';
import { useRemoval, type Removal } from '../../../ui/useRemoval';
import { NameForm } from '../NameForm';
import { hasPasskeys, makePasskey } from '../passkeys';
import {
  FINISH_PASSKEY_REGISTRATION,
  REMOVE_PASSKEY,
  RENAME_PASSKEY,
  START_PASSKEY_REGISTRATION,
} from './security-documents';

type Passkey = NonNullable<
  NonNullable<SecondFactorQuery['me']>['secondFactor']
>['passkeys'][number];

interface PasskeyLineProps {
  passkey: Passkey;
  onChanged: PasskeysProps['onChanged'];
  removal: Removal;
}

function PasskeyLine({ passkey, onChanged, removal }: PasskeyLineProps) {
  const client = useApolloClient();
  const formats = useFormats();
  const [renaming, setRenaming] = useState(false);
  const [removing, setRemoving] = useState(false);
  const { id, name, createdAt, lastUsedAt } = passkey;
  const remove = () =>
    removal.remove(id, `${name} is removed.`, async () => {
      await client.mutate({ mutation: REMOVE_PASSKEY, variables: { id } });
      await onChanged();
    });
  const rename = async (next: string) => {
    await client.mutate({ mutation: RENAME_PASSKEY, variables: { id, name: next } });
    setRenaming(false);
  };
  if (renaming) {
    return (
      <li>
        <NameForm
          subject="Passkey"
          label="Name of the passkey"
          initial={name}
          action="Rename"
          onName={rename}
          onCancel={() => setRenaming(false)}
        />
      </li>
    );
  }
  return (
    <li>
      <div className="what">
        <strong>{name}</strong>
        <span>
          Added {formats.dateTime(Date.parse(createdAt))} ·{' '}
          {lastUsedAt === null
            ? 'not used yet'
            : `used ${formats.dateTime(Date.parse(lastUsedAt))}`}
        </span>
      </div>
      <div className="does">
        <Button size="small" aria-label={`Rename ${name}`} onClick={() => setRenaming(true)}>
          Rename
        </Button>
        <Button
          size="small"
          color="error"
          {...removal.removes(id)}
          aria-label={`Remove ${name}`}
          onClick={() => setRemoving(true)}
        >
          Remove
        </Button>
      </div>
      {removing && (
        <Question
          title={`Remove ${name}?`}
          about="It signs you in no more. Your device may still offer it; delete it there too."
          yes="Remove it"
          onYes={remove}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

interface PasskeysProps {
  passkeys: readonly Passkey[];
  onCodes: (recoveryCodes: readonly string[]) => void;
  onChanged: () => Promise<unknown>;
}

/** Keys in devices and on sticks, which sign in without a password. */
export function Passkeys({ passkeys, onCodes, onChanged }: PasskeysProps) {
  const client = useApolloClient();
  const [adding, setAdding] = useState(false);
  const removal = useRemoval('passkey');
  const add = async (name: string) => {
    const options = { fetchPolicy: 'no-cache' } as const;
    const started = await client.mutate({ mutation: START_PASSKEY_REGISTRATION, ...options });
    const response = await makePasskey(started.data?.startPasskeyRegistration);
    const { data } = await client.mutate({
      mutation: FINISH_PASSKEY_REGISTRATION,
      variables: { name, response },
      ...options,
    });
    setAdding(false);
    onCodes(data?.finishPasskeyRegistration.recoveryCodes ?? []);
  };
  return (
    <Section
      title="Passkeys"
      about="A passkey stays in your device and cannot be phished. It signs you in alone, or beside your password."
    >
      {removal.told}
      {passkeys.length === 0 ? (
        <Nothing>You have no passkey yet. Add the one of this device.</Nothing>
      ) : (
        <Things>
          {passkeys.map((passkey) => (
            <PasskeyLine key={passkey.id} {...{ passkey, onChanged, removal }} />
          ))}
        </Things>
      )}
      {!hasPasskeys() && (
        <Notice tone="plain">
          This browser cannot use passkeys here: they need https, or this machine.
        </Notice>
      )}
      {adding ? (
        <NameForm
          subject="Passkey"
          label="Name of the passkey"
          initial="This device"
          action="Create the passkey"
          onName={add}
          onCancel={() => setAdding(false)}
        />
      ) : (
        hasPasskeys() && (
          <Actions>
            <Button variant="outlined" onClick={() => setAdding(true)}>
              Add a passkey
            </Button>
          </Actions>
        )
      )}
    </Section>
  );
}
