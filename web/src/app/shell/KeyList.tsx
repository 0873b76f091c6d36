import Dialog from '@mui/material/Dialog';
import { styled } from '@mui/material/styles';
import { KEYS } from './shortcuts';
import { TEXT } from '../../ui/theme';

const List = styled('dl')(({ theme }) => ({
  display: 'grid',
  gridTemplateColumns: 'auto 1fr',
  gap: '10px 24px',
  margin: 0,
  padding: '8px 24px 24px',
  alignItems: 'center',
  '& dt': { display: 'flex', gap: 4 },
  '& dd': { margin: 0 },
  '& kbd': {
    font: 'inherit',
    fontSize: TEXT.small,
    padding: '2px 6px',
    border: `1px solid ${theme.vars.palette.divider}`,
    borderRadius: 4,
    background: theme.vars.palette.surface.high,
  },
}));

const Title = styled('h2')(() => ({ margin: 0, padding: '20px 24px 8px', fontSize: TEXT.title }));

/** The keys that work here. */
export default function KeyList({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} aria-labelledby="keys-title" transitionDuration={0}>
      <Title id="keys-title">Keys</Title>
      <List>
        {KEYS.map(({ keys, does }) => (
          <div key={does} style={{ display: 'contents' }}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </List>
    </Dialog>
  );
}
