import { styled } from '@mui/material/styles';
import { Choice } from '../../ui/controls';
import type { WhalesView } from './view';

const Bar = styled('div')(() => ({
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'center',
  gap: 8,
  padding: '8px 16px',
}));

const ANY = '';

const listed = (any: string, values: readonly string[]) => [
  { value: ANY, label: any },
  ...values.map((value) => ({ value, label: value })),
];

const ASSETS = listed('Any asset', ['BTC', 'ETH', 'USDT', 'USDC', 'SOL', 'XRP', 'LINK', 'DOGE']);
const CHAINS = listed('Any chain', ['bitcoin', 'ethereum', 'tron', 'solana', 'ripple', 'dogecoin']);
const SIZES = [
  { value: ANY, label: 'Any size' },
  { value: '1000000', label: '≥ 1 M USD' },
  { value: '5000000', label: '≥ 5 M USD' },
  { value: '10000000', label: '≥ 10 M USD' },
  { value: '50000000', label: '≥ 50 M USD' },
  { value: '100000000', label: '≥ 100 M USD' },
];

/** Adds a value from the address bar that is not on the list, so that the control tells the truth. */
function including(choices: typeof SIZES, value: string | null) {
  if (value === null || choices.some((choice) => choice.value === value)) return choices;
  return [...choices, { value, label: value }];
}

interface ToolbarProps {
  view: WhalesView;
  onView: (view: WhalesView) => void;
}

/** What of all whales is shown. */
export function WhalesToolbar({ view, onView }: ToolbarProps) {
  return (
    <Bar role="search" aria-label="Whales in the feed">
      <Choice
        label="Asset that moved"
        value={view.asset ?? ANY}
        choices={including(ASSETS, view.asset)}
        set={view.asset !== null}
        onChange={(value) => onView({ ...view, asset: value || null })}
      />
      <Choice
        label="Chain on which it moved"
        value={view.chain ?? ANY}
        choices={including(CHAINS, view.chain)}
        set={view.chain !== null}
        onChange={(value) => onView({ ...view, chain: value || null })}
      />
      <Choice
        label="Least worth in USD"
        value={view.minUsd ?? ANY}
        choices={including(SIZES, view.minUsd)}
        set={view.minUsd !== null}
        onChange={(value) => onView({ ...view, minUsd: value || null })}
      />
    </Bar>
  );
}
