import Popover from '@mui/material/Popover';
import { styled, type Theme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useState, type ReactNode } from 'react';
import { Choice, Segmented, ToggleChip } from '../../../ui/controls';
import { FilterIcon } from '../../../ui/icons';
import { MultiChoice } from '../../../ui/MultiChoice';
import { TEXT } from '../../../ui/theme';
import { DIRECTIONS } from '../directions';
import { OWNER_KINDS } from '../parties';
import { PATTERN_RULES } from '../patterns/rules';
import { ANY_SIZE, SIZES } from '../sizes';
import { TICKERS } from '../tickers';
import { ownerName } from '../owner-names';
import {
  EVERY_WHALE,
  isLive,
  parseOwner,
  parseTicker,
  type WhalesView,
  whalesParams,
} from './view';

const Bar = styled('div')(() => ({
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'center',
  gap: 8,
  padding: '8px 16px',
  '& .space': { flex: '1 1 auto', fontSize: TEXT.small },
}));

const Sheet = styled('div')(() => ({
  display: 'grid',
  justifyItems: 'start',
  gap: 12,
  padding: 16,
}));

const listed = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The choices that an enumeration gives. */
function choicesOf<T extends string>(known: Readonly<Record<T, string>>) {
  return (Object.keys(known) as T[]).map((value) => ({ value, label: capital(known[value]) }));
}

const ASSETS = listed(TICKERS);
const CHAINS = listed(['bitcoin', 'ethereum', 'tron', 'solana', 'ripple', 'dogecoin']);
const OWNERS = ['binance', 'coinbase', 'kraken', 'okx', 'bybit', 'bitfinex'].map((value) => ({
  value,
  label: ownerName(value),
}));
const OTHER_TICKER = { label: 'Another ticker', parse: parseTicker };
const OTHER_OWNER = { label: 'Another owner', parse: parseOwner };
const WAYS = choicesOf(DIRECTIONS);
const KINDS = choicesOf(OWNER_KINDS);
const ANY_PATTERN = { value: '', label: 'Any pattern' };
const PATTERNS = choicesOf(PATTERN_RULES);
const FOLDINGS = [
  { value: 'folded', label: 'Folded' },
  { value: 'groups', label: 'Groups' },
  { value: 'raw', label: 'Raw' },
] as const;

/** Adds a value from the address bar that is not on the list, so that the control tells the truth. */
function including(choices: typeof SIZES, value: string | null) {
  if (value === null || choices.some((choice) => choice.value === value)) return choices;
  return [...choices, { value, label: value }];
}

interface ToolbarProps {
  view: WhalesView;
  onView: (view: WhalesView) => void;
}

function MainFilters({ view, onView }: ToolbarProps) {
  return (
    <>
      <MultiChoice
        label="Assets that moved"
        any="Any asset"
        values={view.assets}
        choices={ASSETS}
        other={OTHER_TICKER}
        onChange={(assets) => onView({ ...view, assets })}
      />
      <MultiChoice
        label="Chains on which they moved"
        any="Any chain"
        values={view.chains}
        choices={CHAINS}
        onChange={(chains) => onView({ ...view, chains })}
      />
      <Choice
        label="Least worth in USD"
        value={view.minUsd ?? ANY_SIZE.value}
        choices={including([ANY_SIZE, ...SIZES], view.minUsd)}
        set={view.minUsd !== null}
        onChange={(value) => onView({ ...view, minUsd: value || null })}
      />
    </>
  );
}

function MoreFilters({ view, onView }: ToolbarProps) {
  return (
    <>
      <MultiChoice
        label="Direction, seen from the exchanges"
        any="Any direction"
        values={view.directions}
        choices={WAYS}
        onChange={(directions) => onView({ ...view, directions })}
      />
      <MultiChoice
        label="Kinds of owners that take part"
        any="Any kind of owner"
        values={view.ownerKinds}
        choices={KINDS}
        onChange={(ownerKinds) => onView({ ...view, ownerKinds })}
      />
      <MultiChoice
        label="Owners that take part"
        any="Any owner"
        values={view.owners}
        choices={OWNERS}
        other={OTHER_OWNER}
        onChange={(owners) => onView({ ...view, owners })}
      />
      <Choice
        label="Pattern it is part of"
        value={view.pattern ?? ANY_PATTERN.value}
        choices={[ANY_PATTERN, ...PATTERNS]}
        set={view.pattern !== null}
        onChange={(value) =>
          onView({
            ...view,
            pattern: PATTERNS.find((rule) => rule.value === value)?.value ?? null,
          })
        }
      />
      <Segmented
        label="How transactions that belong together are shown"
        value={view.folding}
        choices={FOLDINGS}
        onChange={(folding) => onView({ ...view, folding })}
      />
    </>
  );
}

function MoreButton(props: ToolbarProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { assets, chains, minUsd } = EVERY_WHALE;
  const count = whalesParams({ ...props.view, assets, chains, minUsd }).size;
  return (
    <>
      <ToggleChip
        type="button"
        aria-pressed={count > 0}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <FilterIcon width={16} height={16} />
        More filters{count > 0 && ` ${count}`}
      </ToggleChip>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        transitionDuration={0}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': 'More filters', sx: { mt: 0.5 } } }}
      >
        <Sheet>
          <MoreFilters {...props} />
        </Sheet>
      </Popover>
    </>
  );
}

/** What of all whales is shown; `children` stand at the end. */
export function WhalesToolbar({ children, ...props }: ToolbarProps & { children?: ReactNode }) {
  const isWide = useMediaQuery((theme: Theme) => theme.breakpoints.up('lg'));
  return (
    <Bar role="search" aria-label="Whales in the feed">
      <MainFilters {...props} />
      {isWide ? <MoreFilters {...props} /> : <MoreButton {...props} />}
      <span className="space">
        {!isLive(props.view) && (
          <span className="quiet">
            Not live, as patterns are found afterwards. Loaded anew every half a minute.
          </span>
        )}
      </span>
      {children}
    </Bar>
  );
}
