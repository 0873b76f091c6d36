import { useApolloClient, useQuery } from '@apollo/client/react';
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
import { LABEL_WALLET, REMOVE_WALLET_LABEL, WALLET_NOTE } from './documents';
import type { Viewer } from './viewer';

type Wallet = NonNullable<WalletQuery['wallet']>;

const LONGEST_NAME = 64;
const LONGEST_NOTE = 1_000;
const KINDS = (Object.keys(OWNER_KINDS) as OwnerKind[]).map((value) => ({
  value,
  label: OWNER_KINDS[value],
}));

function nameFault(text: string): string | undefined {
  const { length } = [...text.trim()];
  if (length === 0) return 'Enter a name.';
  return length > LONGEST_NAME ? `A name has at most ${LONGEST_NAME} characters.` : undefined;
}

const noteFault = (text: string): string | undefined =>
  text.trim().length > LONGEST_NOTE ? `A note has at most ${LONGEST_NOTE} characters.` : undefined;

/** What is shown of own labels anywhere is asked for again. */
const SHOWN_ANEW = { refetchQueries: [LABELLED_WALLETS, WALLET_NOTE], awaitRefetchQueries: true };

interface OwnLabelFormProps {
  wallet: Wallet;
  own: Label | null;
  /** Undefined where it is not known: then it stays what it is. */
  note: string | null | undefined;
  onDone: () => void;
}

function OwnLabelForm({ wallet, own, note: toldNote, onDone }: OwnLabelFormProps) {
  const client = useApolloClient();
  // One that is told only while the form is open is not in its field, and must not be emptied.
  const [note] = useState(toldNote);
  const { chain, address } = wallet;
  const { field, values, form, pending, failure } = useForm({
    initial: { name: own?.name ?? '', kind: own?.kind ?? 'OTHER', note: note ?? '' },
    check: ({ name, note: text }) => ({ name: nameFault(name), note: noteFault(text) }),
    submit: async ({ name, note: text }) => {
      const kind = KINDS.find(({ value }) => value === values.kind)?.value ?? 'OTHER';
      const input = {
        chain,
        address,
        name: name.trim(),
        kind,
        ...(note !== undefined && { note: text.trim() }),
      };
      await client.mutate({ mutation: LABEL_WALLET, variables: { input }, ...SHOWN_ANEW });
      onDone();
    },
  });
  return (
    <FormGrid {...form} aria-label="Your label">
      <Field {...field('name')} label="Your name for it" autoFocus autoComplete="off" />
      <Select {...field('kind')} label="Kind of owner" choices={KINDS} />
      {note !== undefined && <Field {...field('note')} label="Your note" autoComplete="off" />}
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
  const { data } = useQuery(WALLET_NOTE, {
    ...{ variables: { chain, address }, fetchPolicy: 'no-cache' },
  });
  const note = data && (data.wallet?.ownNote ?? null);
  const remove = useAction(() => {
    const variables = { chain, address };
    return removal.remove(wallet.id, 'Your label is removed.', () =>
      client.mutate({ mutation: REMOVE_WALLET_LABEL, variables, ...SHOWN_ANEW }),
    );
  });
  if (isEditing) {
    return <OwnLabelForm {...{ wallet, own, note }} onDone={() => setEditing(false)} />;
  }
  return (
    <>
      {remove.failure !== undefined && <Notice tone="fault">{remove.failure}</Notice>}
      {own && note && (
        <p style={{ overflowWrap: 'anywhere' }}>
          <span className="quiet">Your note:</span> <span>{note}</span>
        </p>
      )}
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
