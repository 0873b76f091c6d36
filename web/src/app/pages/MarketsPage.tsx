import Box from '@mui/material/Box';
import { Markets } from '../../features/market/table/Markets';
import { useMarketsView } from '../../features/market/table/useMarketsView';

/** All tracked assets, live. */
export function MarketsPage() {
  const [view, setView] = useMarketsView();
  return (
    <Box sx={{ height: '100%', display: 'grid', gridTemplateRows: 'minmax(0, 1fr)' }}>
      <title>Markets · Spyhop</title>
      <Markets view={view} onView={setView} />
    </Box>
  );
}
