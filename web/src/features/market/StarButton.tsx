import IconButton from '@mui/material/IconButton';
import { StarIcon } from '../../ui/icons';

interface StarButtonProps {
  symbol: string;
  starred: boolean;
  onToggle: (symbol: string) => void;
  tabIndex?: number;
}

/** Puts an asset on the watchlist or takes it off. */
export function StarButton({ symbol, starred, onToggle, tabIndex }: StarButtonProps) {
  return (
    <IconButton
      size="small"
      className="star"
      tabIndex={tabIndex}
      aria-pressed={starred}
      aria-label={
        starred ? `Remove ${symbol} from the watchlist` : `Add ${symbol} to the watchlist`
      }
      onClick={() => onToggle(symbol)}
      sx={{ color: starred ? 'primary.main' : 'text.secondary', p: 0.5 }}
    >
      <StarIcon width={16} height={16} fill={starred ? 'currentColor' : 'none'} />
    </IconButton>
  );
}
