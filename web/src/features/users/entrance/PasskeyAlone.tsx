import { useApolloClient } from '@apollo/client/react';
import { useEffect, useEffectEvent, useState } from 'react';
import { graphql } from '../../../generated/gql';
import { Notice } from '../../../ui/form';
import { useAction } from '../../../ui/useAction';
import { PasskeyButton } from '../PasskeyButton';
import { awaitPickedPasskey, offersPasskeys, stopAwaitingPasskey } from '../passkeys';
import { grantOf } from '../session/documents';
import { useSession } from '../session/session-context';
import { offerPasskeys } from './passkey-offer';

const START_PASSKEY_SIGN_IN = graphql(`
  mutation StartPasskeySignIn {
    startPasskeySignIn
  }
`);

const FINISH_PASSKEY_SIGN_IN = graphql(`
  mutation FinishPasskeySignIn($response: JSON!) {
    finishPasskeySignIn(response: $response, delivery: COOKIE) {
      ...Granted @unmask
    }
  }
`);

const OPTIONS = { fetchPolicy: 'no-cache', context: { anonymous: true } } as const;

function usePasskeySignIn() {
  const client = useApolloClient();
  const session = useSession();
  const start = async () => {
    const { data } = await client.mutate({ mutation: START_PASSKEY_SIGN_IN, ...OPTIONS });
    return data?.startPasskeySignIn;
  };
  const finish = async (response: unknown) => {
    const variables = { response };
    const { data } = await client.mutate({
      mutation: FINISH_PASSKEY_SIGN_IN,
      variables,
      ...OPTIONS,
    });
    if (data) session.begin(grantOf(data.finishPasskeySignIn));
  };
  return { start, finish };
}

/** Signing in with a passkey and nothing else: by the button, or picked where the browser fills in the address. */
export function PasskeyAlone() {
  const { start, finish } = usePasskeySignIn();
  const picked = useAction(finish);
  const [asking, setAsking] = useState(false);
  const onStart = useEffectEvent(start);
  const onPicked = useEffectEvent(picked.run);
  // A browser asks for one passkey at a time: what waits would take the button's place.
  useEffect(() => {
    if (asking) return;
    let stop: (() => void) | undefined;
    let left = false;
    void offersPasskeys().then((offered) => {
      if (!offered || left) return;
      stop = offerPasskeys({
        start: () => onStart(),
        pick: awaitPickedPasskey,
        callOff: stopAwaitingPasskey,
        onPicked: (passkey) => onPicked(passkey),
      });
    });
    return () => {
      left = true;
      stop?.();
    };
  }, [asking]);
  return (
    <>
      <div className="or">or</div>
      {picked.failure !== undefined && <Notice tone="fault">{picked.failure}</Notice>}
      <PasskeyButton options={start} onPasskey={finish} onAsking={setAsking}>
        Sign in with a passkey
      </PasskeyButton>
    </>
  );
}
