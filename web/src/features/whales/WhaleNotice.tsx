import { styled } from '@mui/material/styles';
import { WarningIcon } from '../../ui/icons';
import { TEXT } from '../../ui/theme';
import { warningsOf } from './feed-words';
import { useFeedStatus } from './useFeedStatus';

const Strip = styled('p')(({ theme }) => ({
  display: 'flex',
  alignItems: 'center',
  gap: 8,
  margin: 0,
  padding: '6px 16px',
  fontSize: TEXT.small,
  color: theme.vars.palette.warning.main,
  background: theme.vars.palette.surface.warning,
  borderBottom: `1px solid ${theme.vars.palette.divider}`,
  '& svg': { flex: 'none' },
}));

/** Says whenever the shown whales are not real, may be out of date, or come from fewer sources than they should. */
export function WhaleNotice() {
  const status = useFeedStatus();
  const warnings = status ? warningsOf(status) : [];
  if (warnings.length === 0) return null;
  return (
    <Strip role="status">
      <WarningIcon width={16} height={16} />
      {warnings.join(' ')}
    </Strip>
  );
}
