import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import { FormGrid, Notice, PasswordField, Submit, WhosePassword } from '../../../ui/form';
import { Section } from '../../../ui/sections';
import { useForm } from '../../../ui/useForm';
import { PASSWORD_HINT, missing, newPasswordFault } from '../fields';

const CHANGE_PASSWORD = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input)
  }
`);

/** Sets another password; all other sessions end with it. */
export function PasswordChange({ email }: { email: string }) {
  const client = useApolloClient();
  const [done, setDone] = useState(false);
  const { field, form, pending, failure, reset } = useForm({
    initial: { currentPassword: '', newPassword: '' },
    check: ({ currentPassword, newPassword }) => ({
      currentPassword: missing(currentPassword, 'Enter the password you have now.'),
      newPassword: newPasswordFault(newPassword),
    }),
    fieldOf: { password: 'newPassword' },
    submit: async (input) => {
      setDone(false);
      await client.mutate({ mutation: CHANGE_PASSWORD, variables: { input } });
      reset();
      setDone(true);
    },
  });
  return (
    <Section title="Password" about="Changing it ends all other sessions.">
      <FormGrid {...form} aria-label="Password">
        <WhosePassword email={email} />
        <PasswordField
          {...field('currentPassword')}
          label="Current password"
          autoComplete="current-password"
        />
        <PasswordField
          {...field('newPassword')}
          label="New password"
          hint={PASSWORD_HINT}
          autoComplete="new-password"
        />
        {done && <Notice tone="done">Your password was changed; all other sessions ended.</Notice>}
        <Submit pending={pending} failure={failure}>
          Change the password
        </Submit>
      </FormGrid>
    </Section>
  );
}
