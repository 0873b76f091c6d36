import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { graphql } from '../../../generated/gql';
import { Field, FormGrid, Submit } from '../../../ui/form';
import { useForm } from '../../../ui/useForm';
import { emailFault } from '../fields';
import { PLACES } from '../places';
import { EntranceFrame } from './EntranceFrame';

const REQUEST_PASSWORD_RESET = graphql(`
  mutation RequestPasswordReset($email: String!) {
    requestPasswordReset(email: $email)
  }
`);

/** Asks for a link to set a new password. */
export function ForgotPassword() {
  const client = useApolloClient();
  const { state } = useLocation() as { state: { email?: string } | null };
  const [sentTo, setSentTo] = useState<string>();
  const { field, form, pending, failure } = useForm({
    initial: { email: state?.email ?? '' },
    check: ({ email }) => ({ email: emailFault(email) }),
    submit: async (values) => {
      const email = values.email.trim();
      await client.mutate({
        mutation: REQUEST_PASSWORD_RESET,
        variables: { email },
        fetchPolicy: 'no-cache',
      });
      setSentTo(email);
    },
  });
  if (sentTo !== undefined) {
    return (
      <EntranceFrame
        title="Check your mail"
        intro={
          <>
            If <strong>{sentTo}</strong> has an account here, a link to set a new password is on its
            way. It can be followed for one hour.
          </>
        }
      >
        <Link to={PLACES.signIn}>Back to signing in</Link>
      </EntranceFrame>
    );
  }
  return (
    <EntranceFrame
      title="Set a new password"
      intro="Enter the address of your account, and a link is sent there."
    >
      <FormGrid {...form} aria-label="Set a new password">
        <Field
          {...field('email')}
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          required
        />
        <Submit pending={pending} failure={failure} fullWidth>
          Send the link
        </Submit>
        <div className="others">
          <Link to={PLACES.signIn}>Back to signing in</Link>
        </div>
      </FormGrid>
    </EntranceFrame>
  );
}
