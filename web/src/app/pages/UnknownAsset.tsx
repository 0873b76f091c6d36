import Button from '@mui/material/Button';
import { Link } from 'react-router';
import { EmptyState } from '../../ui/StateViews';

/** Shown where an address names an asset that is not tracked. */
export function UnknownAsset({ symbol }: { symbol: string }) {
  return (
    <>
      <title>Unknown asset · Spyhop</title>
      <EmptyState
        title={`${symbol} is not tracked here`}
        action={
          <Button component={Link} to={`/?q=${encodeURIComponent(symbol)}`} variant="outlined">
            Look for it in the markets
          </Button>
        }
      >
        No asset has this symbol. The search finds assets by their name, too.
      </EmptyState>
    </>
  );
}
