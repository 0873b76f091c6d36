import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';
import type { SecondFactorQuery } from '../../../generated/graphql';
import { Question } from '../../../ui/dialog';
import { Actions, Notice } from '../../../ui/form';
import { Section, Things, ThingsSkeleton } from '../../../ui/sections';
import { useAction } from '../../../ui/useAction';
import { REMOVE_TOTP, RENEW_RECOVERY_CODES, SET_UP_TOTP } from './security-documents';

const TotpSetUp = lazy(() => import('./TotpSetUp'));

/** What signing in asks for without codes, by what else there is. */
const WITHOUT_CODES = {
  passkeys: 'Beside your password, signing in will ask for a passkey.',
  nothing:
    'Signing in will ask for your password alone, and your recovery codes count no more. Whoever learns the password is in.',
};

type Factor = NonNullable<NonNullable<SecondFactorQuery['me']>['secondFactor']>;

interface SecondFactorProps {
  factor: Factor;
  onCodes: (recoveryCodes: readonly string[]) => void;
  onChanged: () => Promise<unknown>;
}

/** An app that shows codes: off, being set up, or on. */
export function SecondFactor({ factor, onCodes, onChanged }: SecondFactorProps) {
  const client = useApolloClient();
  const [setUp, setSetUp] = useState<{ uri: string; manualKey: string }>();
  const begin = useAction(async () => {
    const { data } = await client.mutate({ mutation: SET_UP_TOTP, fetchPolicy: 'no-cache' });
    if (data) setSetUp(data.setUpTotp);
  });
  const [removing, setRemoving] = useState(false);
  const remove = async () => {
    await client.mutate({ mutation: REMOVE_TOTP });
    await onChanged();
  };
  return (
    <Section
      title="Codes of an app"
      about="Beside your password, signing in asks for a code that an app on your phone shows."
    >
      {begin.failure !== undefined && <Notice tone="fault">{begin.failure}</Notice>}
      {setUp ? (
        <Suspense fallback={<ThingsSkeleton count={1} />}>
          <TotpSetUp
            {...setUp}
            onCancel={() => setSetUp(undefined)}
            onCodes={(codes) => {
              setSetUp(undefined);
              onCodes(codes);
            }}
          />
        </Suspense>
      ) : (
        <Things>
          <li>
            <div className="what">
              <strong>{factor.totp ? 'Codes are on' : 'Codes are off'}</strong>
              <span>
                {factor.totp ? 'Signing in asks for one.' : 'Any app for one-time codes will do.'}
              </span>
            </div>
            <div className="does">
              {factor.totp ? (
                <Button size="small" color="error" onClick={() => setRemoving(true)}>
                  Turn off
                </Button>
              ) : (
                <Button size="small" variant="outlined" onClick={() => begin.run()}>
                  Set up
                </Button>
              )}
            </div>
          </li>
        </Things>
      )}
      {removing && (
        <Question
          title="Turn codes off?"
          about={WITHOUT_CODES[factor.passkeys.length > 0 ? 'passkeys' : 'nothing']}
          yes="Turn them off"
          onYes={remove}
          onClose={() => setRemoving(false)}
        />
      )}
    </Section>
  );
}

/** How many recovery codes are left, and new ones. */
export function RecoveryCodes({ factor, onCodes }: Omit<SecondFactorProps, 'onChanged'>) {
  const client = useApolloClient();
  const [isAsking, setAsking] = useState(false);
  const renew = async () => {
    const { data } = await client.mutate({
      mutation: RENEW_RECOVERY_CODES,
      fetchPolicy: 'no-cache',
    });
    onCodes(data?.renewRecoveryCodes ?? []);
  };
  const left = factor.recoveryCodesLeft;
  return (
    <Section
      title="Recovery codes"
      about="Each stands in for your second factor once, when your phone is lost."
    >
      {left <= 2 && (
        <Notice tone="warning">
          {left === 0 ? 'You have no recovery codes left.' : `You have only ${left} left.`} Make new
          ones.
        </Notice>
      )}
      <p>{left} of 10 are left. New ones take the place of all before.</p>
      <Actions>
        <Button variant="outlined" onClick={() => setAsking(true)}>
          Make new ones
        </Button>
      </Actions>
      {isAsking && (
        <Question
          title="Make new recovery codes?"
          about="Those that you have kept count no more. The new ones are shown once."
          yes="Make them"
          color="primary"
          onYes={renew}
          onClose={() => setAsking(false)}
        />
      )}
    </Section>
  );
}
