import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { graphql } from '../../../generated/gql';
import { Actions, Notice } from '../../../ui/form';
import { explain, failureOf } from '../../../ui/error-code';
import { PLACES, linkToken } from '../places';
import { EntranceFrame } from './EntranceFrame';

const CHANGE_EMAIL = graphql(`
  mutation ConfirmNewEmail($token: String!) {
    verifyEmail(token: $token)
  }
`);

type Outcome = { kind: 'asking' } | { kind: 'done' } | { kind: 'failed'; error: unknown };

/** Follows the link once: it is good for one use, and React may run effects twice. */
function useFollowed(): [Outcome, retry: () => void] {
  const client = useApolloClient();
  const { hash } = useLocation();
  const [token] = useState(() => linkToken(hash));
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'asking' });
  const asked = useRef(false);
  const follow = () => {
    setOutcome({ kind: 'asking' });
    const variables = { token: token ?? '' };
    client.mutate({ mutation: CHANGE_EMAIL, variables, fetchPolicy: 'no-cache' }).then(
      () => setOutcome({ kind: 'done' }),
      (error: unknown) => setOutcome({ kind: 'failed', error }),
    );
  };
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    // The token has no business in the history of the browser.
    window.history.replaceState(window.history.state, '', window.location.pathname);
    follow();
  });
  return [outcome, follow];
}

/** The page that the mailed link for a new address of an account leads to. */
export function ConfirmNewEmail() {
  const [outcome, retry] = useFollowed();
  if (outcome.kind === 'asking') {
    return <EntranceFrame title="Confirming your address" intro="One moment." />;
  }
  if (outcome.kind === 'done') {
    return (
      <EntranceFrame
        title="Your address was changed"
        intro="Sign in with the new address from now on."
      >
        <Actions>
          <Button component={Link} to={PLACES.signIn} variant="contained" disableElevation>
            Sign in
          </Button>
        </Actions>
      </EntranceFrame>
    );
  }
  const invalid = failureOf(outcome.error).code === 'LINK_INVALID';
  return (
    <EntranceFrame title="The link did not work">
      <Notice tone="fault">{explain(outcome.error)}</Notice>
      <Actions>
        {invalid ? (
          <Button component={Link} to={PLACES.signIn} variant="contained" disableElevation>
            Sign in
          </Button>
        ) : (
          <Button variant="contained" disableElevation onClick={retry}>
            Try again
          </Button>
        )}
      </Actions>
    </EntranceFrame>
  );
}
