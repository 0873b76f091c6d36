import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { shortAge } from '../../../ui/format';
import { TEXT } from '../../../ui/theme';
import { useAge } from '../../../ui/useAge';
import { useFeedHealth, useFeedReport } from './feed-health';

const Chip = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'inline-flex',
    alignItems: 'center',
    gap: 6,
    height: 28,
    paddingInline: 10,
    borderRadius: 14,
    border: `1px solid ${palette.divider}`,
    fontSize: TEXT.small,
    whiteSpace: 'nowrap',
    '& .dot': { width: 7, height: 7, borderRadius: '50%', background: palette.text.secondary },
    '&[data-tone="good"] .dot': { background: palette.primary.main },
    '&[data-tone="warning"]': { color: palette.warning.main },
    '&[data-tone="warning"] .dot': { background: palette.warning.main },
  };
});

function TickAge({ ageMs, receivedAt }: { ageMs: number; receivedAt: number }) {
  const age = useAge(receivedAt - ageMs);
  return (
    <span className="number quiet" title="Since the newest price arrived">
      {shortAge(age)}
    </span>
  );
}

/** Says in a corner of every page where the prices come from and how old they are. */
export function FeedChip() {
  const health = useFeedHealth();
  const report = useFeedReport();
  const [seen, setSeen] = useState({ report, at: Date.now() });
  if (seen.report !== report) setSeen({ report, at: Date.now() });
  return (
    <Chip data-tone={health.tone} title={report?.message}>
      <span className="dot" />
      {health.label}
      {report?.ageMs != null && health.label !== 'Connecting' && (
        <TickAge ageMs={report.ageMs} receivedAt={seen.at} />
      )}
    </Chip>
  );
}
