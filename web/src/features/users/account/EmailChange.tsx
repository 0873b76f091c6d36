import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import { Field, FormGrid, Notice, PasswordField, Submit } from '../../../ui/form';
import { Section } from '../../../ui/sections';
import { useForm } from '../../../ui/useForm';
import { emailFault, missing } from '../fields';

const CHANGE_EMAIL = graphql(`
  mutation ChangeEmail($input: ChangeEmailInput!) {
    changeEmail(input: $input)
  }
`);

/** Moves the account to another address, once a link that is sent there was followed. */
export function EmailChange({ email }: { email: string }) {
  const client = useApolloClient();
  const [sentTo, setSentTo] = useState<string>();
  const { field, form, pending, failure, reset } = useForm({
    initial: { email: '', password: '' },
    check: (values) => ({
      email: emailFault(values.email),
      password: missing(values.password, 'Enter your password.'),
    }),
    submit: async (values) => {
      const input = { ...values, email: values.email.trim() };
      await client.mutate({ mutation: CHANGE_EMAIL, variables: { input } });
      reset();
      setSentTo(input.email);
    },
  });
  return (
    <Section
      title="E-mail"
      about={
        <>
          You sign in with <strong>{email}</strong>. A new address counts once the link that is sent
          there was followed.
        </>
      }
    >
      <FormGrid {...form} aria-label="E-mail">
        <Field {...field('email')} label="New e-mail" type="email" autoComplete="email" />
        <PasswordField {...field('password')} label="Password" autoComplete="current-password" />
        {sentTo !== undefined && <Notice tone="done">A link is on its way to {sentTo}.</Notice>}
        <Submit pending={pending} failure={failure}>
          Change the address
        </Submit>
      </FormGrid>
    </Section>
  );
}
