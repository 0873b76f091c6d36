import { useApolloClient, useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import { useMemo, useState } from 'react';
import { Actions, Notice } from '../../../ui/form';
import { Nothing, Section, Things, ThingsSkeleton } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import { useRemoval } from '../../../ui/useRemoval';
import { NameForm } from '../NameForm';
import { CREATE_WATCHLIST, MY_WATCHLISTS, withList, writeLists } from './documents';
import { useMoves } from './moving';
import { useListOrder } from './useListOrder';
import { useOwnWatchlists, type AccountWatchlists } from './useAccountWatchlists';
import { WatchlistLine } from './WatchlistLine';

/** More one person may not have. */
const MOST_LISTS = 20;
const ABOUT =
  'They are the same on all your devices at once. The star in the markets puts assets on the first one; the name of a list leads to its assets there. Move lists, and the assets on them, with the arrows, by dragging, or with Alt\u00a0↑ and Alt\u00a0↓.';

const Lines = styled(Things)(({ theme }) => ({
  '& > li': { columnGap: 8 },
  '& .what': { flexBasis: 140 },
  '& .what a': { color: theme.vars.palette.text.primary, textDecoration: 'none' },
  '& .what a:hover': { textDecoration: 'underline' },
  '& .what .star': { color: theme.vars.palette.primary.main, verticalAlign: -2 },
  '& .mover': { display: 'inline-flex', alignItems: 'center', flex: 'none' },
  '& .mover .grip': { color: theme.vars.palette.text.secondary, cursor: 'grab' },
  '& [aria-disabled="true"]': { opacity: 0.4, cursor: 'default' },
  '& .sure': { flexBasis: '100%', display: 'grid', gap: 8 },
  [theme.breakpoints.down('sm')]: { '& .mover .grip': { display: 'none' } },
}));

function NewWatchlist({ taken }: { taken: readonly string[] }) {
  const client = useApolloClient();
  const [making, setMaking] = useState(false);
  const make = async (name: string) => {
    await client.mutate({
      mutation: CREATE_WATCHLIST,
      variables: { name, symbols: [] },
      update: (cache, { data }) => {
        if (data) writeLists(cache, (lists) => withList(lists, data.createWatchlist));
      },
    });
    setMaking(false);
  };
  if (!making) {
    return (
      <Actions>
        <Button variant="outlined" onClick={() => setMaking(true)}>
          Make a list
        </Button>
      </Actions>
    );
  }
  return (
    <NameForm
      subject="New list"
      label="Name of the list"
      initial=""
      action="Make the list"
      taken={taken}
      onName={make}
      onCancel={() => setMaking(false)}
    />
  );
}

function Lists({ lists: known, put }: AccountWatchlists) {
  const { lists, move, failure } = useListOrder(known);
  const names = useMemo(() => lists.map(({ name }) => name), [lists]);
  const { frame, told, onMove } = useMoves(names, move);
  const removal = useRemoval('watchlist');
  return (
    <>
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      {lists.length === 0 ? (
        <Nothing>You have no list yet. Star an asset in the markets, or make a list here.</Nothing>
      ) : (
        <Lines ref={frame} aria-label="Your watchlists">
          {lists.map((list, place) => (
            <WatchlistLine
              key={list.id}
              list={list}
              place={place}
              count={lists.length}
              taken={names.filter((name) => name !== list.name)}
              removal={removal}
              onMove={onMove}
              onPut={put}
            />
          ))}
        </Lines>
      )}
      <span className="visually-hidden" aria-live="polite">
        {told}
      </span>
      {removal.told}
      {lists.length < MOST_LISTS ? (
        <NewWatchlist taken={names} />
      ) : (
        <Notice tone="plain">{MOST_LISTS} lists are as many as one person may have.</Notice>
      )}
    </>
  );
}

/** The lists of assets that somebody follows. */
export function OwnWatchlists() {
  const account = useOwnWatchlists();
  const { error, refetch } = useQuery(MY_WATCHLISTS);
  if (!account && error) {
    return (
      <ErrorState
        title="Your watchlists could not be loaded"
        error={error}
        stillWorks="The markets work. What you star meanwhile is kept in this browser."
        onRetry={() => void refetch()}
      />
    );
  }
  return (
    <Section title="Lists" about={ABOUT}>
      {account ? <Lists {...account} /> : <ThingsSkeleton count={2} />}
    </Section>
  );
}
