import { useApolloClient, useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { graphql } from '../../../generated/gql';
import type { MyWalletsQuery } from '../../../generated/graphql';
import { Confirmed } from '../../../ui/Confirmed';
import { Actions, Notice } from '../../../ui/form';
import { Section } from '../../../ui/sections';
import { useAction } from '../../../ui/useAction';
import { useFormats } from '../../../ui/useFormats';
import { download } from './ShownOnce';

const DELETION = graphql(`
  query Deletion {
    me {
      id
      deletionScheduledFor
    }
  }
`);

const EXPORT_MY_DATA = graphql(`
  mutation ExportMyData {
    exportMyData
  }
`);

const MY_WALLETS = graphql(`
  query MyWallets {
    labelledWallets {
      id
      chain
      address
      ownLabel {
        name
        kind
        date
      }
      ownNote
    }
    wallets {
      chain
      address
      name
      group
      since
    }
  }
`);

const REQUEST_ACCOUNT_DELETION = graphql(`
  mutation RequestAccountDeletion {
    requestAccountDeletion
  }
`);

const CANCEL_ACCOUNT_DELETION = graphql(`
  mutation CancelAccountDeletion {
    cancelAccountDeletion
  }
`);

/** The export of the account, and what is kept of wallets, in one document. */
function withWallets(text: string, { labelledWallets, wallets }: MyWalletsQuery): string {
  const document: object = JSON.parse(text) as object;
  const walletLabels = labelledWallets.map(({ chain, address, ownLabel, ownNote }) => ({
    ...{ chain, address, name: ownLabel?.name, kind: ownLabel?.kind, note: ownNote },
    updatedAt: ownLabel?.date,
  }));
  const followedWallets = wallets.map(({ chain, address, name, group, since }) => ({
    ...{ chain, address, name, group, since },
  }));
  return JSON.stringify({ ...document, walletLabels, followedWallets }, null, 2);
}

function TakeAlong() {
  const client = useApolloClient();
  const { run, pending, failure } = useAction(async () => {
    const { data } = await client.mutate({ mutation: EXPORT_MY_DATA, fetchPolicy: 'no-cache' });
    const { data: wallets } = await client.query({ query: MY_WALLETS, fetchPolicy: 'no-cache' });
    if (!data || !wallets) return;
    download('spyhop-my-data.json', 'application/json', withWallets(data.exportMyData, wallets));
  });
  return (
    <Section title="Take your data along" about="Everything that is yours here, as one JSON file.">
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      <Actions>
        <Button variant="outlined" aria-disabled={pending} onClick={() => run()}>
          {pending ? 'One moment' : 'Download my data'}
        </Button>
      </Actions>
    </Section>
  );
}

function Leave() {
  const client = useApolloClient();
  const formats = useFormats();
  const { data, refetch } = useQuery(DELETION, { fetchPolicy: 'cache-and-network' });
  const leave = async () => {
    await client.mutate({ mutation: REQUEST_ACCOUNT_DELETION, fetchPolicy: 'no-cache' });
    await refetch();
  };
  const stay = useAction(async () => {
    await client.mutate({ mutation: CANCEL_ACCOUNT_DELETION, fetchPolicy: 'no-cache' });
    await refetch();
  });
  const due = data?.me?.deletionScheduledFor ?? null;
  return (
    <Section
      title="Delete your account"
      about="With everything it owns: keys, watchlists, sessions. You may think again for a while."
    >
      {due !== null && (
        <>
          {stay.failure !== undefined && <Notice tone="fault">{stay.failure}</Notice>}
          <Notice tone="warning">
            Your account will be deleted on {formats.dateTime(Date.parse(due))}.
          </Notice>
          <Actions>
            <Button variant="contained" disableElevation onClick={() => stay.run()}>
              Keep my account
            </Button>
          </Actions>
        </>
      )}
      {due === null && (
        <Confirmed
          action="Delete my account"
          question="All of it goes, and nobody can bring it back after that. Are you sure?"
          yes="Yes, delete it"
          no="Keep it"
          color="error"
          onYes={leave}
        />
      )}
    </Section>
  );
}

/** Taking what is one's own along, and going. */
export function LeaveOrTake() {
  return (
    <>
      <TakeAlong />
      <Leave />
    </>
  );
}
