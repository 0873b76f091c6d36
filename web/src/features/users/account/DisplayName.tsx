import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { graphql } from '../../../generated/gql';
import { Field, FormGrid, Notice, Submit } from '../../../ui/form';
import { Section } from '../../../ui/sections';
import { useForm } from '../../../ui/useForm';
import { nameFault } from '../fields';

const UPDATE_PROFILE = graphql(`
  mutation UpdateProfile($displayName: String!) {
    updateProfile(displayName: $displayName) {
      id
      displayName
    }
  }
`);

interface DisplayNameProps {
  id: string;
  displayName: string;
}

/** How somebody is called. */
export function DisplayName({ id, displayName }: DisplayNameProps) {
  const client = useApolloClient();
  const [done, setDone] = useState(false);
  const { field, form, pending, failure } = useForm({
    initial: { displayName },
    check: (values) => ({ displayName: nameFault(values.displayName) }),
    submit: async (values) => {
      setDone(false);
      const wanted = values.displayName.trim();
      await client.mutate({
        mutation: UPDATE_PROFILE,
        variables: { displayName: wanted },
        optimisticResponse: {
          __typename: 'Mutation',
          updateProfile: { __typename: 'User', id, displayName: wanted },
        },
      });
      setDone(true);
    },
  });
  return (
    <Section title="Name" about="As you are called here. Nobody else needs to know it.">
      <FormGrid {...form} aria-label="Name">
        <Field {...field('displayName')} label="Display name" autoComplete="nickname" required />
        {done && <Notice tone="done">Your name is {displayName} now.</Notice>}
        <Submit pending={pending} failure={failure}>
          Save the name
        </Submit>
      </FormGrid>
    </Section>
  );
}
