import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { Choice } from '../../../ui/controls';
import { MultiChoice } from '../../../ui/MultiChoice';
import { ANY_SIZE, SIZES } from '../sizes';
import { type WhalesView, parseTicker } from './view';

const Bar = styled('div')(() => ({
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'center',
  gap: 8,
  padding: '8px 16px',
  '& .space': { flex: 1 },
}));

const listed = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

const ASSETS = listed(['BTC', 'ETH', 'USDT', 'USDC', 'SOL', 'XRP', 'LINK', 'DOGE']);
const CHAINS = listed(['bitcoin', 'ethereum', 'tron', 'solana', 'ripple', 'dogecoin']);
const OTHER_TICKER = { label: 'Another ticker', parse: parseTicker };

/** Adds a value from the address bar that is not on the list, so that the control tells the truth. */
function including(choices: typeof SIZES, value: string | null) {
  if (value === null || choices.some((choice) => choice.value === value)) return choices;
  return [...choices, { value, label: value }];
}

interface ToolbarProps {
  view: WhalesView;
  onView: (view: WhalesView) => void;
  /** What stands at the end. */
  children?: ReactNode;
}

/** What of all whales is shown. */
export function WhalesToolbar({ view, onView, children }: ToolbarProps) {
  return (
    <Bar role="search" aria-label="Whales in the feed">
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
      <span className="space" />
      {children}
    </Bar>
  );
}
