import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import type { SecondFactorInput, SecondFactorMethod } from '../../../generated/graphql';
import { Field, FormGrid, Submit } from '../../../ui/form';
import { useForm } from '../../../ui/useForm';
import { CODE_INPUT, RECOVERY_INPUT, codeFault, missing } from '../fields';
import { PasskeyButton } from '../PasskeyButton';
import { hasPasskeys } from '../passkeys';
import { grantOf } from '../session/documents';
import { useSession } from '../session/session-context';

const CONFIRM_SECOND_FACTOR = graphql(`
  mutation ConfirmSecondFactor($input: SecondFactorInput!) {
    confirmSecondFactor(input: $input) {
      ...Granted @unmask
    }
  }
`);

/** What the server wants beside the password. */
export interface Challenge {
  challenge: string;
  methods: readonly SecondFactorMethod[];
  passkeyOptions: unknown;
}

type Proof = Pick<Partial<SecondFactorInput>, 'code' | 'recoveryCode' | 'passkey'>;
const NO_PROOF = { code: null, recoveryCode: null, passkey: null };

function useConfirm(challenge: string) {
  const client = useApolloClient();
  const session = useSession();
  return async (proof: Proof) => {
    const { data } = await client.mutate({
      mutation: CONFIRM_SECOND_FACTOR,
      variables: { input: { ...NO_PROOF, challenge, ...proof } },
      fetchPolicy: 'no-cache',
      context: { anonymous: true },
    });
    if (data) session.begin(grantOf(data.confirmSecondFactor));
  };
}

interface CodeFormProps {
  recovery: boolean;
  onProof: (proof: Proof) => Promise<void>;
}

function CodeForm({ recovery, onProof }: CodeFormProps) {
  const { field, form, pending, failure } = useForm({
    initial: { code: '' },
    check: ({ code }) => ({
      code: recovery ? missing(code, 'Enter a recovery code.') : codeFault(code),
    }),
    submit: ({ code }) =>
      onProof(recovery ? { recoveryCode: code.trim() } : { code: code.replace(/\s/g, '') }),
  });
  const look = recovery ? RECOVERY_INPUT : CODE_INPUT;
  return (
    <FormGrid {...form} aria-label="Second factor">
      <Field {...field('code')} {...look} autoFocus required />
      <Submit pending={pending} failure={failure} fullWidth>
        Go on
      </Submit>
    </FormGrid>
  );
}

interface SecondStepProps extends Challenge {
  onBack: () => void;
}

/** The second proof: a code, a recovery code or a passkey. */
export function SecondStep({ challenge, methods, passkeyOptions, onBack }: SecondStepProps) {
  const confirm = useConfirm(challenge);
  const [recovery, setRecovery] = useState(!methods.includes('TOTP') && !hasPasskeys());
  const codes = recovery ? methods.includes('RECOVERY_CODE') : methods.includes('TOTP');
  const canSwitch = methods.includes('RECOVERY_CODE') && (recovery ? methods.length > 1 : true);
  return (
    <>
      {codes && <CodeForm key={String(recovery)} recovery={recovery} onProof={confirm} />}
      {methods.includes('PASSKEY') && hasPasskeys() && (
        <PasskeyButton options={() => passkeyOptions} onPasskey={(passkey) => confirm({ passkey })}>
          Use a passkey
        </PasskeyButton>
      )}
      <div className="others">
        {canSwitch && (
          <Button onClick={() => setRecovery(!recovery)}>
            {recovery ? 'Use another way' : 'Use a recovery code'}
          </Button>
        )}
        <Button onClick={onBack}>Start over</Button>
      </div>
    </>
  );
}
