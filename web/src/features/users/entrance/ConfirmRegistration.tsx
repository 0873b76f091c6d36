import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useEffect, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { graphql } from '../../../generated/gql';
import { Actions, FormGrid, Notice, PasswordField, Submit } from '../../../ui/form';
import { useForm } from '../../../ui/useForm';
import { missing } from '../fields';
import { PLACES, linkToken } from '../places';
import { EntranceFrame } from './EntranceFrame';

const VERIFY_EMAIL = graphql(`
  mutation VerifyEmail($token: String!, $password: String!) {
    verifyEmail(token: $token, password: $password)
  }
`);

const INTRO =
  'With the password that you chose, so that nobody else’s registration becomes your account.';

function ChosenPassword({ token, onDone }: { token: string; onDone: () => void }) {
  const client = useApolloClient();
  const { field, form, pending, failure } = useForm({
    initial: { password: '' },
    check: ({ password }) => ({ password: missing(password, 'Enter the password.') }),
    submit: async ({ password }) => {
      const variables = { token, password };
      await client.mutate({ mutation: VERIFY_EMAIL, variables, fetchPolicy: 'no-cache' });
      onDone();
    },
  });
  return (
    <FormGrid {...form} aria-label="Confirm your address">
      <PasswordField
        {...field('password')}
        label="Password"
        autoComplete="current-password"
        autoFocus
        required
      />
      <Submit pending={pending} failure={failure} fullWidth>
        Confirm
      </Submit>
      <div className="others">
        <Link to={PLACES.register}>Register again</Link>
      </div>
    </FormGrid>
  );
}

/** The page that the mailed link of a registration leads to. */
export function ConfirmRegistration() {
  const { hash } = useLocation();
  const [token] = useState(() => linkToken(hash));
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    // The token has no business in the history of the browser.
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  if (isDone) {
    return (
      <EntranceFrame
        title="Your account is ready"
        intro="The address is yours. Sign in with your password."
      >
        <Actions>
          <Button component={Link} to={PLACES.signIn} variant="contained" disableElevation>
            Sign in
          </Button>
        </Actions>
      </EntranceFrame>
    );
  }
  return (
    <EntranceFrame title="Confirm your address" intro={INTRO}>
      {token === null ? (
        <>
          <Notice tone="fault">This address is not the whole link of the mail.</Notice>
          <Link to={PLACES.register}>Register again</Link>
        </>
      ) : (
        <ChosenPassword token={token} onDone={() => setDone(true)} />
      )}
    </EntranceFrame>
  );
}
