import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { Link, Navigate, useLocation, useSearchParams } from 'react-router';
import { graphql } from '../../../generated/gql';
import { Field, FormGrid, Notice, PasswordField, Submit } from '../../../ui/form';
import { useForm } from '../../../ui/useForm';
import { emailFault, missing } from '../fields';
import { hasPasskeys } from '../passkeys';
import { PLACES, nextPlace } from '../places';
import { grantOf } from '../session/documents';
import { useSession, useSessionState } from '../session/session-context';
import { EntranceFrame } from './EntranceFrame';
import { PasskeyAlone } from './PasskeyAlone';
import { SecondStep, type Challenge } from './SecondStep';

const SIGN_IN = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      ... on SignedIn {
        ...Granted @unmask
      }
      ... on SecondFactorRequired {
        challenge
        methods
        passkeyOptions
      }
    }
  }
`);

function Welcome() {
  const state = useSessionState();
  const { state: told } = useLocation() as { state: { notice?: string } | null };
  if (told?.notice) return <Notice tone="done">{told.notice}</Notice>;
  if (state.status === 'anonymous' && state.lapsed) {
    return <Notice tone="warning">Your session is over. Sign in again to go on.</Notice>;
  }
  return null;
}

function PasswordStep({ onChallenge }: { onChallenge: (challenge: Challenge) => void }) {
  const client = useApolloClient();
  const session = useSession();
  const { values, field, form, pending, failure } = useForm({
    initial: { email: '', password: '' },
    check: ({ email, password }) => ({
      email: emailFault(email),
      password: missing(password, 'Enter your password.'),
    }),
    submit: async ({ email, password }) => {
      const input = { email: email.trim(), password, delivery: 'COOKIE' as const };
      const { data } = await client.mutate({
        mutation: SIGN_IN,
        variables: { input },
        fetchPolicy: 'no-cache',
        context: { anonymous: true },
      });
      if (data?.signIn.__typename === 'SignedIn') session.begin(grantOf(data.signIn));
      else if (data) onChallenge(data.signIn);
    },
  });
  return (
    <FormGrid {...form} aria-label="Sign in">
      <Field
        {...field('email')}
        label="E-mail"
        type="email"
        autoComplete="username webauthn"
        autoFocus
        required
      />
      <PasswordField
        {...field('password')}
        label="Password"
        autoComplete="current-password"
        required
      />
      <Submit pending={pending} failure={failure} fullWidth>
        Sign in
      </Submit>
      <div className="others">
        <Link to={PLACES.forgotPassword} state={{ email: values.email }}>
          Forgot your password?
        </Link>
        <Link to={PLACES.register}>Create an account</Link>
      </div>
    </FormGrid>
  );
}

/** Proves who somebody is, and leads on to where they were going. */
export function SignIn() {
  const [params] = useSearchParams();
  const state = useSessionState();
  const [challenge, setChallenge] = useState<Challenge>();
  if (state.status === 'signed-in') return <Navigate to={nextPlace(params)} replace />;
  if (challenge) {
    return (
      <EntranceFrame title="One more step" intro="Your account asks for a second proof.">
        <SecondStep {...challenge} onBack={() => setChallenge(undefined)} />
      </EntranceFrame>
    );
  }
  return (
    <EntranceFrame title="Sign in">
      <Welcome />
      {!window.isSecureContext && (
        <Notice tone="warning">
          This page was loaded without TLS: the browser cannot keep you signed in, and passkeys do
          not work. Open it over https or on this machine.
        </Notice>
      )}
      <PasswordStep onChallenge={setChallenge} />
      {hasPasskeys() && <PasskeyAlone />}
    </EntranceFrame>
  );
}
