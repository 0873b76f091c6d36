import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { Link } from 'react-router';
import type { OwnerKind, WalletQuery } from '../../../generated/graphql';
import { Actions, Field, FormGrid, Notice, Select, Submit } from '../../../ui/form';
import { Nothing, Things } from '../../../ui/sections';
import { useAction } from '../../../ui/useAction';
import { useForm } from '../../../ui/useForm';
import { useRemoval, type Removal } from '../../../ui/useRemoval';
import { LabelSource } from '../LabelSource';
import { useOwnLabel } from '../own-labels';
import { type Label, OWNER_KINDS } from '../parties';
import { LABELLED_WALLETS } from '../party-documents';
import { LABEL_WALLET, REMOVE_WALLET_LABEL } from './documents';
import type { Viewer } from './viewer';

type Wallet = NonNullable<WalletQuery['wallet']>;

const LONGEST_NAME = 64;
const KINDS = (Object.keys(OWNER_KINDS) as OwnerKind[]).map((value) => ({
  value,
  label: OWNER_KINDS[value],
}));

function nameFault(text: string): string | undefined {
  const { length } = [...text.trim()];
  if (length === 0) return 'Enter a name.';
  return length > LONGEST_NAME ? `A name has at most ${LONGEST_NAME} characters.` : undefined;
}

/** What is shown of own labels anywhere is asked for again. */
const SHOWN_ANEW = { refetchQueries: [LABELLED_WALLETS], awaitRefetchQueries: true };

interface OwnLabelFormProps {
  wallet: Wallet;
  own: Label | null;
  onDone: () => void;
}

function OwnLabelForm({ wallet, own, onDone }: OwnLabelFormProps) {
  const client = useApolloClient();
  const { chain, address } = wallet;
  const { field, values, form, pending, failure } = useForm({
    initial: { name: own?.name ?? '', kind: own?.kind ?? 'OTHER' },
    check: ({ name }) => ({ name: nameFault(name) }),
    submit: async ({ name }) => {
      const kind = KINDS.find(({ value }) => value === values.kind)?.value ?? 'OTHER';
      const input = { chain, address, name: name.trim(), kind };
      await client.mutate({ mutation: LABEL_WALLET, variables: { input }, ...SHOWN_ANEW });
      onDone();
    },
  });
  return (
    <FormGrid {...form} aria-label="Your label">
      <Field {...field('name')} label="Your name for it" autoFocus autoComplete="off" />
      <Select {...field('kind')} label="Kind of owner" choices={KINDS} />
      <Submit pending={pending} failure={failure} beside={<Button onClick={onDone}>Cancel</Button>}>
        Keep the label
      </Submit>
    </FormGrid>
  );
}

function OwnLabel({ wallet, removal }: { wallet: Wallet; removal: Removal }) {
  const client = useApolloClient();
  const [isEditing, setEditing] = useState(false);
  const own = useOwnLabel(wallet.id);
  const { chain, address } = wallet;
  const remove = useAction(() => {
    const variables = { chain, address };
    return removal.remove(wallet.id, 'Your label is removed.', () =>
      client.mutate({ mutation: REMOVE_WALLET_LABEL, variables, ...SHOWN_ANEW }),
    );
  });
  if (isEditing) {
    return <OwnLabelForm {...{ wallet, own }} onDone={() => setEditing(false)} />;
  }
  return (
    <>
      {remove.failure !== undefined && <Notice tone="fault">{remove.failure}</Notice>}
      <Actions>
        <Button variant="outlined" size="small" onClick={() => setEditing(true)}>
          {own ? 'Change your label' : 'Add your label'}
        </Button>
        {own && (
          <Button
            size="small"
            {...removal.removes(wallet.id)}
            aria-disabled={remove.pending}
            onClick={() => remove.run()}
          >
            Remove your label
          </Button>
        )}
      </Actions>
    </>
  );
}

/** All that is said of a wallet, also where it disagrees, and what the viewer says themselves. */
export function Labels({ wallet, viewer }: { wallet: Wallet; viewer: Viewer }) {
  const own = useOwnLabel(wallet.id);
  const labels = [...(own ? [own] : []), ...wallet.labels];
  const removal = useRemoval('own label');
  return (
    <>
      {removal.told}
      {labels.length === 0 ? (
        <Nothing>Nobody says whose it is.</Nothing>
      ) : (
        <Things aria-label="Labels">
          {labels.map((label) => (
            <li key={`${label.source} ${label.name}`}>
              <div className="what">
                <strong>
                  {label.name}
                  {label.isOwn && <span className="tag"> yours</span>}
                </strong>
                <LabelSource label={label} />
              </div>
              <span className="quiet">{OWNER_KINDS[label.kind]}</span>
            </li>
          ))}
        </Things>
      )}
      {viewer.isSignedIn ? (
        <OwnLabel wallet={wallet} removal={removal} />
      ) : (
        <p className="quiet">
          <Link to={viewer.signInPath}>Sign in</Link> to give it a name of your own that stands
          before all others; only you see it.
        </p>
      )}
    </>
  );
}
