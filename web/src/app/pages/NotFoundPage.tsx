import Button from '@mui/material/Button';
import { Link } from 'react-router';
import { EmptyState } from '../../ui/StateViews';

/** Shown where an address leads nowhere. */
export function NotFoundPage() {
  return (
    <>
      <title>Not found · Spyhop</title>
      <EmptyState
        title="There is no page here"
        action={
          <Button component={Link} to="/" variant="outlined">
            To the markets
          </Button>
        }
      >
        The address may be mistyped. The search finds every asset.
      </EmptyState>
    </>
  );
}
