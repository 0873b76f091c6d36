import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../../generated/gql';
import { Field, FormGrid, Notice, PasswordField, Submit } from '../../../ui/form';
import { useAction } from '../../../ui/useAction';
import { useForm } from '../../../ui/useForm';
import { PASSWORD_HINT, emailFault, nameFault, newPasswordFault } from '../fields';
import { PLACES } from '../places';
import { EntranceFrame } from './EntranceFrame';

const REGISTER = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input)
  }
`);

const RESEND = graphql(`
  mutation ResendVerification($email: String!) {
    resendVerification(email: $email)
  }
`);

function RegisterForm({ onSent }: { onSent: (email: string) => void }) {
  const client = useApolloClient();
  const { field, form, pending, failure } = useForm({
    initial: { displayName: '', email: '', password: '' },
    check: ({ displayName, email, password }) => ({
      displayName: nameFault(displayName),
      email: emailFault(email),
      password: newPasswordFault(password),
    }),
    submit: async ({ displayName, email, password }) => {
      const input = { displayName: displayName.trim(), email: email.trim(), password };
      await client.mutate({ mutation: REGISTER, variables: { input }, fetchPolicy: 'no-cache' });
      onSent(input.email);
    },
  });
  return (
    <FormGrid {...form} aria-label="Create an account">
      <Field
        {...field('displayName')}
        label="Name"
        hint="As you want to be called here."
        autoComplete="nickname"
        autoFocus
        required
      />
      <Field {...field('email')} label="E-mail" type="email" autoComplete="username" required />
      <PasswordField
        {...field('password')}
        label="Password"
        hint={PASSWORD_HINT}
        autoComplete="new-password"
        required
      />
      <Submit pending={pending} failure={failure} fullWidth>
        Create an account
      </Submit>
      <div className="others">
        <Link to={PLACES.signIn}>Sign in instead</Link>
      </div>
    </FormGrid>
  );
}

function CheckYourMail({ email, onBack }: { email: string; onBack: () => void }) {
  const client = useApolloClient();
  const [again, setAgain] = useState(false);
  const { run, pending, failure } = useAction(async () => {
    await client.mutate({ mutation: RESEND, variables: { email }, fetchPolicy: 'no-cache' });
    setAgain(true);
  });
  return (
    <EntranceFrame
      title="Check your mail"
      intro={
        <>
          A link is on its way to <strong>{email}</strong>. Follow it within 24 hours, then sign in.
          If this installation has no mail server, the mail is in its outbox folder and its log.
        </>
      }
    >
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      {again && (
        <Notice tone="done">The link was sent anew; the one before no longer works.</Notice>
      )}
      <div className="others">
        <Button variant="outlined" onClick={() => run()} aria-disabled={pending}>
          Send it again
        </Button>
        <Button onClick={onBack}>Use another address</Button>
      </div>
    </EntranceFrame>
  );
}

/** Asks for an account; the mailbox has the last word. */
export function Register() {
  const [sentTo, setSentTo] = useState<string>();
  if (sentTo !== undefined) {
    return <CheckYourMail email={sentTo} onBack={() => setSentTo(undefined)} />;
  }
  return (
    <EntranceFrame
      title="Create an account"
      intro="For watchlists on every device, and keys to the API."
    >
      <RegisterForm onSent={setSentTo} />
    </EntranceFrame>
  );
}
