import { useQuery } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { Pager, RowsSkeleton, usePages } from '../../../ui/pages';
import { Rows } from '../../../ui/rows';
import { Nothing } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import { AuditFilters } from './AuditFilters';
import { AuditRow } from './AuditRow';
import { auditParams, parseAuditView } from './audit-view';
import { AUDIT_LOG } from './documents';

const PAGE_SIZE = 25;
const COLUMNS = 'minmax(0, 3fr) minmax(0, 2fr) minmax(0, 4fr) minmax(0, 1fr)';

const Page = styled('div')(({ theme }) => ({
  display: 'grid',
  gap: 16,
  maxWidth: 1080,
  '& dd a': { color: theme.vars.palette.primary.main },
}));

/** What has happened to accounts, the newest first. */
export function AuditLog() {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => parseAuditView(params), [params]);
  const shown = auditParams(view).toString();
  const pages = usePages(shown);
  const { data, previousData, error, loading, refetch } = useQuery(AUDIT_LOG, {
    variables: { filter: view, first: PAGE_SIZE, after: pages.after },
    fetchPolicy: 'no-cache',
  });
  const log = (data ?? previousData)?.auditLog;
  return (
    <Page>
      <AuditFilters view={view} onView={(next) => setParams(auditParams(next))} />
      {error && (
        <ErrorState
          title="The audit log could not be loaded"
          error={error}
          stillWorks="It goes on being written."
          onRetry={() => void refetch()}
        />
      )}
      {!log && !error && <RowsSkeleton count={10} />}
      {log?.edges.length === 0 && <Nothing>Nothing of that has happened. Show everything?</Nothing>}
      {log && log.edges.length > 0 && (
        <Rows columns={COLUMNS} aria-label="Entries" aria-busy={loading}>
          {log.edges.map(({ node }) => (
            <AuditRow key={node.id} entry={node} />
          ))}
        </Rows>
      )}
      {log && <Pager pages={pages} pageInfo={log.pageInfo} />}
    </Page>
  );
}
