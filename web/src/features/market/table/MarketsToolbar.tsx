import Popover from '@mui/material/Popover';
import useMediaQuery from '@mui/material/useMediaQuery';
import { styled, type Theme } from '@mui/material/styles';
import { useEffect, useRef, useState } from 'react';
import { Choice, IconField, Segmented, ToggleChip } from '../../../ui/controls';
import { FilterIcon, SearchIcon, StarIcon } from '../../../ui/icons';
import { STARRED, listNamed, useWatchlists } from '../watchlists';
import { filterCount, type MarketsView, type Side } from './view-state';

const Bar = styled('div')(() => ({
  display: 'flex',
  alignItems: 'center',
  gap: 8,
  padding: '8px 16px',
  '& label': { flex: '0 1 260px' },
  '& select': { minWidth: 0, maxWidth: 180, textOverflow: 'ellipsis' },
}));

const FilterSheet = styled('div')(() => ({ display: 'grid', gap: 12, padding: 16, minWidth: 260 }));

const SIDES: readonly { value: Side; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'gainers', label: 'Gainers' },
  { value: 'losers', label: 'Losers' },
];

const ANY = '';

const leastChoices = (what: string, steps: readonly (readonly [string, string])[]) => [
  { value: ANY, label: `Any ${what.toLowerCase()}` },
  ...steps.map(([value, label]) => ({ value, label: `${what} ≥ ${label} USD` })),
];

const CAPS = leastChoices('Cap', [
  ['100000000', '100 M'],
  ['1000000000', '1 B'],
  ['10000000000', '10 B'],
  ['100000000000', '100 B'],
]);

const VOLUMES = leastChoices('Volume', [
  ['1000000', '1 M'],
  ['10000000', '10 M'],
  ['100000000', '100 M'],
  ['1000000000', '1 B'],
]);

interface ToolbarProps {
  view: MarketsView;
  onView: (view: MarketsView) => void;
}

/** Adds a value from the address bar that is not on the list, so that the control tells the truth. */
function including(choices: typeof CAPS, value: string | null) {
  if (value === null || choices.some((choice) => choice.value === value)) return choices;
  return [...choices, { value, label: `≥ ${value} USD` }];
}

function FilterControls({ view, onView }: ToolbarProps) {
  return (
    <>
      <Segmented
        label="Side of the market over 24 hours"
        value={view.side}
        choices={SIDES}
        onChange={(side) => onView({ ...view, side })}
      />
      <Choice
        label="Least market capitalisation in USD"
        value={view.minMarketCap ?? ANY}
        choices={including(CAPS, view.minMarketCap)}
        set={view.minMarketCap !== null}
        onChange={(value) => onView({ ...view, minMarketCap: value || null })}
      />
      <Choice
        label="Least 24 h volume in USD"
        value={view.minVolume24h ?? ANY}
        choices={including(VOLUMES, view.minVolume24h)}
        set={view.minVolume24h !== null}
        onChange={(value) => onView({ ...view, minVolume24h: value || null })}
      />
    </>
  );
}

function FilterButton({ view, onView }: ToolbarProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const count = filterCount({ ...view, list: null });
  return (
    <>
      <ToggleChip
        type="button"
        aria-pressed={count > 0}
        aria-haspopup="dialog"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <FilterIcon width={16} height={16} />
        Filters{count > 0 && ` ${count}`}
      </ToggleChip>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      >
        <FilterSheet>
          <FilterControls view={view} onView={onView} />
        </FilterSheet>
      </Popover>
    </>
  );
}

function SearchField({ view, onView }: ToolbarProps) {
  const [text, setText] = useState(view.search);
  const field = useRef<HTMLInputElement>(null);
  // The address follows a moment later than the keys: while someone types, the field is right.
  useEffect(() => {
    if (document.activeElement !== field.current) setText(view.search);
  }, [view.search]);
  const change = (search: string) => {
    setText(search);
    onView({ ...view, search });
  };
  return (
    <IconField
      ref={field}
      icon={<SearchIcon width={16} height={16} />}
      type="search"
      aria-label="Narrow the table by name or symbol"
      placeholder="Name or symbol"
      maxLength={64}
      value={text}
      onChange={(event) => change(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') change('');
      }}
    />
  );
}

/** The watchlist as a switch; where there are several, a choice of them. */
function ListFilter({ view, onView, narrow }: ToolbarProps & { narrow: boolean }) {
  const { lists, isLoading } = useWatchlists();
  const chosen = view.list === lists[0]?.id ? STARRED : view.list;
  const unknown = chosen !== null && chosen !== STARRED && !listNamed(lists, chosen);
  if (lists.length > 1 || unknown) {
    return (
      <Choice
        label="Watchlist"
        value={chosen ?? ANY}
        choices={[
          { value: ANY, label: 'All assets' },
          ...lists.map(({ id, name }, at) => ({ value: at === 0 ? STARRED : id, label: name })),
          ...(unknown ? [{ value: chosen, label: isLoading ? '…' : 'Unknown list' }] : []),
        ]}
        set={view.list !== null}
        onChange={(list) => onView({ ...view, list: list || null })}
      />
    );
  }
  const isOn = view.list === STARRED;
  return (
    <ToggleChip
      type="button"
      aria-label="Only the watchlist"
      aria-pressed={isOn}
      onClick={() => onView({ ...view, list: isOn ? null : STARRED })}
    >
      <StarIcon width={16} height={16} fill={isOn ? 'currentColor' : 'none'} />
      {!narrow && 'Watchlist'}
    </ToggleChip>
  );
}

/** Search and filters of the markets table. */
export function MarketsToolbar({ view, onView }: ToolbarProps) {
  const narrow = useMediaQuery((theme: Theme) => theme.breakpoints.down('md'));
  return (
    <Bar role="search" aria-label="Assets in the table">
      <SearchField view={view} onView={onView} />
      <ListFilter view={view} onView={onView} narrow={narrow} />
      {narrow ? (
        <FilterButton view={view} onView={onView} />
      ) : (
        <FilterControls view={view} onView={onView} />
      )}
    </Bar>
  );
}
