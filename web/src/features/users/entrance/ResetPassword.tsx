import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { graphql } from '../../../generated/gql';
import { FormGrid, Notice, PasswordField, Submit } from '../../../ui/form';
import { useForm } from '../../../ui/useForm';
import { PASSWORD_HINT, newPasswordFault } from '../fields';
import { PLACES, linkToken } from '../places';
import { EntranceFrame } from './EntranceFrame';

const RESET_PASSWORD = graphql(`
  mutation ResetPassword($token: String!, $newPassword: String!) {
    resetPassword(token: $token, newPassword: $newPassword)
  }
`);

const DONE =
  'Your password was set, and all sessions were ended. What was removed with it is in the mail that you get. Sign in with the new one.';

function NewPassword({ token }: { token: string }) {
  const client = useApolloClient();
  const navigate = useNavigate();
  const { field, form, pending, failure } = useForm({
    initial: { newPassword: '' },
    check: ({ newPassword }) => ({ newPassword: newPasswordFault(newPassword) }),
    fieldOf: { password: 'newPassword' },
    submit: async ({ newPassword }) => {
      await client.mutate({
        mutation: RESET_PASSWORD,
        variables: { token, newPassword },
        fetchPolicy: 'no-cache',
      });
      await navigate(PLACES.signIn, { replace: true, state: { notice: DONE } });
    },
  });
  return (
    <FormGrid {...form} aria-label="Set a new password">
      <PasswordField
        {...field('newPassword')}
        label="New password"
        hint={PASSWORD_HINT}
        autoComplete="new-password"
        autoFocus
        required
      />
      <Submit pending={pending} failure={failure} fullWidth>
        Set the password
      </Submit>
      <div className="others">
        <Link to={PLACES.forgotPassword}>Ask for another link</Link>
      </div>
    </FormGrid>
  );
}

/** The page that the mailed link for a new password leads to. */
export function ResetPassword() {
  const { hash } = useLocation();
  const [token] = useState(() => linkToken(hash));
  return (
    <EntranceFrame
      title="Set a new password"
      intro="All sessions end with it, on every device. Passkeys, apps for codes and API keys that were added within the last 7 days are removed, as a thief may have added them."
    >
      {token === null ? (
        <>
          <Notice tone="fault">This address is not the whole link of the mail.</Notice>
          <Link to={PLACES.forgotPassword}>Ask for another link</Link>
        </>
      ) : (
        <NewPassword token={token} />
      )}
    </EntranceFrame>
  );
}
