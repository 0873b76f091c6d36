import { styled } from '@mui/material/styles';
import { WarningIcon } from '../../../ui/icons';
import { TEXT } from '../../../ui/theme';
import { useFormats } from '../../../ui/useFormats';
import { useFeedHealth, useFeedReport } from './feed-health';

const Strip = styled('div')(({ theme }) => ({
  display: 'flex',
  alignItems: 'center',
  gap: 8,
  padding: '6px 16px',
  fontSize: TEXT.small,
  color: theme.vars.palette.warning.main,
  background: theme.vars.palette.surface.warning,
  borderBottom: `1px solid ${theme.vars.palette.divider}`,
  '& svg': { flex: 'none' },
}));

/** A plain strip whenever the shown prices are not live ones. */
export function FeedBanner() {
  const { notice } = useFeedHealth();
  const report = useFeedReport();
  const formats = useFormats();
  const replayed = report?.source === 'REPLAY' ? report.marketTime : null;
  return notice === null ? null : (
    <Strip>
      <WarningIcon width={16} height={16} />
      {notice}
      {replayed !== null && ` Market time: ${formats.dateTime(Date.parse(replayed))}.`}
    </Strip>
  );
}
