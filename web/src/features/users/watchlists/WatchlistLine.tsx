import { useApolloClient } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { Link } from 'react-router';
import { IconAction } from '../../../ui/controls';
import { Actions, Notice } from '../../../ui/form';
import { DownIcon, GripIcon, StarIcon, UpIcon } from '../../../ui/icons';
import { useAction } from '../../../ui/useAction';
import type { Removal } from '../../../ui/useRemoval';
import { NameForm } from '../NameForm';
import { DELETE_WATCHLIST, UPDATE_WATCHLIST, writeLists, type OwnWatchlist } from './documents';
import { Members } from './Members';
import { dragging, movingByKeys, type OnMove } from './moving';

const NAMED = 3;

function contentOf({ symbols }: OwnWatchlist): string {
  if (symbols.length === 0) return 'No assets yet';
  const rest = symbols.length - NAMED;
  const named = symbols.slice(0, NAMED).join(', ');
  return `${symbols.length} ${symbols.length === 1 ? 'asset' : 'assets'} · ${named}${rest > 0 ? ' …' : ''}`;
}

interface WatchlistLineProps {
  list: OwnWatchlist;
  /** Where it stands, from 0. */
  place: number;
  count: number;
  /** Names of the other lists. */
  taken: readonly string[];
  removal: Removal;
  onMove: OnMove;
  onPut: (listId: string, symbol: string, isIn: boolean) => void;
}

function useListActs({ list: { id, name, version }, removal }: WatchlistLineProps) {
  const client = useApolloClient();
  const remove = useAction(() =>
    removal.remove(id, `${name} is deleted.`, () =>
      client.mutate({
        mutation: DELETE_WATCHLIST,
        variables: { id },
        update: (cache) => writeLists(cache, (lists) => lists.filter((other) => other.id !== id)),
      }),
    ),
  );
  const rename = async (next: string) => {
    const variables = { id, version, name: next };
    await client.mutate({ mutation: UPDATE_WATCHLIST, variables });
  };
  return { remove, rename };
}

function Mover({ list, place, count, onMove }: WatchlistLineProps) {
  const step = (by: number) => onMove(place, place + by);
  return (
    <span className="mover">
      <GripIcon width={16} height={16} className="grip" />
      <IconAction
        label={`Move ${list.name} up`}
        data-move="up"
        aria-disabled={place === 0}
        onClick={() => step(-1)}
      >
        <UpIcon />
      </IconAction>
      <IconAction
        label={`Move ${list.name} down`}
        data-move="down"
        aria-disabled={place === count - 1}
        onClick={() => step(1)}
      >
        <DownIcon />
      </IconAction>
    </span>
  );
}

function Deletion({ name, onYes, onNo }: { name: string; onYes: () => void; onNo: () => void }) {
  return (
    <div className="sure">
      <p>Delete “{name}”? Its assets stay in the markets; the list does not come back.</p>
      <Actions>
        <Button variant="outlined" color="error" autoFocus onClick={onYes}>
          Yes, delete it
        </Button>
        <Button onClick={onNo}>Keep it</Button>
      </Actions>
    </div>
  );
}

/** One list: its place, its name, and what can be done with it. */
export function WatchlistLine(props: WatchlistLineProps) {
  const { list, place, taken, removal, onMove, onPut } = props;
  const [mode, setMode] = useState<'still' | 'naming' | 'deleting' | 'open'>('still');
  const { remove, rename } = useListActs(props);
  const still = () => setMode('still');
  if (mode === 'naming') {
    return (
      <li>
        <NameForm
          subject={`Rename ${list.name}`}
          label="Name of the list"
          initial={list.name}
          action="Rename"
          taken={taken}
          onName={(name) => rename(name).then(still)}
          onCancel={still}
        />
      </li>
    );
  }
  return (
    <li
      data-list={list.id}
      onKeyDown={movingByKeys(place, onMove)}
      {...(mode === 'still' && dragging('watchlist', place, onMove))}
    >
      <Mover {...props} />
      <div className="what">
        <strong>
          <Link to={`/?list=${place === 0 ? 'watchlist' : list.id}`}>{list.name}</Link>
          {place === 0 && (
            <>
              {' '}
              <StarIcon width={14} height={14} fill="currentColor" className="star" />
              <span className="visually-hidden">The star is about this one.</span>
            </>
          )}
        </strong>
        <span>{contentOf(list)}</span>
        {remove.failure !== undefined && <Notice tone="fault">{remove.failure}</Notice>}
      </div>
      <div className="does">
        <Button
          size="small"
          aria-label={`Assets of ${list.name}`}
          aria-expanded={mode === 'open'}
          onClick={() => setMode(mode === 'open' ? 'still' : 'open')}
        >
          Assets
        </Button>
        <Button size="small" aria-label={`Rename ${list.name}`} onClick={() => setMode('naming')}>
          Rename
        </Button>
        <Button
          size="small"
          color="error"
          {...removal.removes(list.id)}
          aria-label={`Delete ${list.name}`}
          onClick={() => setMode('deleting')}
        >
          Delete
        </Button>
      </div>
      {mode === 'deleting' && <Deletion name={list.name} onYes={() => remove.run()} onNo={still} />}
      {mode === 'open' && (
        <Members list={list} onPut={(symbol, isIn) => onPut(list.id, symbol, isIn)} />
      )}
    </li>
  );
}
