import { useApolloClient, useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { graphql } from '../../generated/gql';
import type { ReauthenticateInput } from '../../generated/graphql';
import { SmallDialog } from '../../ui/dialog';
import { Actions, Field, FormGrid, PasswordField, Submit, WhosePassword } from '../../ui/form';
import { useForm } from '../../ui/useForm';
import { CODE_INPUT, RECOVERY_INPUT, codeFault, missing } from './fields';
import { PasskeyButton } from './PasskeyButton';
import { hasPasskeys } from './passkeys';
import { useSession } from './session/session-context';

const OWN_PROOFS = graphql(`
  query OwnProofs {
    me {
      id
      email
      secondFactor {
        totp
        recoveryCodesLeft
        passkeys {
          id
        }
      }
    }
  }
`);

const START_PASSKEY_PROOF = graphql(`
  mutation StartPasskeyReauthentication {
    startPasskeyReauthentication
  }
`);

const REAUTHENTICATE = graphql(`
  mutation Reauthenticate($input: ReauthenticateInput!) {
    reauthenticate(input: $input) {
      accessToken
      expiresAt
    }
  }
`);

const NO_PROOF: ReauthenticateInput = {
  password: null,
  code: null,
  recoveryCode: null,
  passkey: null,
};

/** Trades a proof for a token that says when it was given. */
function useProve(onProved: () => void) {
  const client = useApolloClient();
  const session = useSession();
  return async (proof: Partial<ReauthenticateInput>) => {
    const { data } = await client.mutate({
      mutation: REAUTHENTICATE,
      variables: { input: { ...NO_PROOF, ...proof } },
      fetchPolicy: 'no-cache',
    });
    const state = session.get();
    if (!data || state.status !== 'signed-in') return;
    const { accessToken, expiresAt } = data.reauthenticate;
    const { userId, roles } = state;
    session.begin({ accessToken, expiresAt: Date.parse(expiresAt), userId, roles });
    onProved();
  };
}

interface ProofFormProps {
  email: string;
  /** Which code is wanted beside the password. */
  wants: 'code' | 'recoveryCode' | null;
  prove: ReturnType<typeof useProve>;
}

function ProofForm({ email, wants, prove }: ProofFormProps) {
  const { field, form, pending, failure } = useForm({
    initial: { password: '', code: '' },
    check: ({ password, code }) => ({
      password: missing(password, 'Enter your password.'),
      code:
        wants === 'code'
          ? codeFault(code)
          : (wants && missing(code, 'Enter a recovery code.')) || undefined,
    }),
    fieldOf: { recoveryCode: 'code' },
    submit: ({ password, code }) =>
      prove({ password, ...(wants && { [wants]: code.replace(/\s/g, '') }) }),
  });
  return (
    <FormGrid {...form} aria-label="Your proof">
      <WhosePassword email={email} />
      <PasswordField
        {...field('password')}
        label="Password"
        autoComplete="current-password"
        autoFocus
      />
      {wants && <Field {...field('code')} {...(wants === 'code' ? CODE_INPUT : RECOVERY_INPUT)} />}
      <Submit pending={pending} failure={failure} fullWidth>
        Go on
      </Submit>
    </FormGrid>
  );
}

function PasskeyProof({ prove }: { prove: ReturnType<typeof useProve> }) {
  const client = useApolloClient();
  const start = async () => {
    const { data } = await client.mutate({
      mutation: START_PASSKEY_PROOF,
      fetchPolicy: 'no-cache',
    });
    return data?.startPasskeyReauthentication;
  };
  return (
    <PasskeyButton options={start} onPasskey={(passkey) => prove({ passkey })}>
      Use a passkey
    </PasskeyButton>
  );
}

/** Asks somebody who is signed in to prove again who they are. */
export default function ProofDialog({ onAnswer }: { onAnswer: (proved: boolean) => void }) {
  const { data } = useQuery(OWN_PROOFS, { fetchPolicy: 'network-only' });
  const prove = useProve(() => onAnswer(true));
  const [recovery, setRecovery] = useState(false);
  const me = data?.me;
  const factor = me?.secondFactor;
  const guarded = factor ? factor.totp || factor.passkeys.length > 0 : false;
  const asRecovery = recovery || !factor?.totp;
  const wants = !guarded ? null : asRecovery ? 'recoveryCode' : 'code';
  const canSwitch = guarded && factor?.totp && factor.recoveryCodesLeft > 0;
  return (
    <SmallDialog
      title="Is it still you?"
      about="What you are about to do guards your account, so it needs a proof of the last minutes."
      onClose={() => onAnswer(false)}
    >
      {me && <ProofForm key={wants} email={me.email} wants={wants} prove={prove} />}
      {factor && factor.passkeys.length > 0 && hasPasskeys() && <PasskeyProof prove={prove} />}
      <Actions>
        {canSwitch && (
          <Button onClick={() => setRecovery(!recovery)}>
            {recovery ? 'Use a code of the app' : 'Use a recovery code'}
          </Button>
        )}
        <Button onClick={() => onAnswer(false)}>Cancel</Button>
      </Actions>
    </SmallDialog>
  );
}
