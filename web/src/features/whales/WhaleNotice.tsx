import { useQuery } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { graphql } from '../../generated/gql';
import { WarningIcon } from '../../ui/icons';
import { TEXT } from '../../ui/theme';

const STATUS = graphql(`
  query WhaleFeedStatus {
    whaleFeedStatus {
      kind
      state
      message
    }
  }
`);

const ASK_EVERY_MS = 10_000;

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

/** Says whenever the shown whales are not real, or may be out of date. */
export function WhaleNotice() {
  const { data } = useQuery(STATUS, { pollInterval: ASK_EVERY_MS, fetchPolicy: 'no-cache' });
  const status = data?.whaleFeedStatus;
  if (!status || (status.kind === 'LIVE' && status.state === 'RUNNING')) return null;
  return (
    <Strip role="status">
      <WarningIcon width={16} height={16} />
      {status.message}
    </Strip>
  );
}
