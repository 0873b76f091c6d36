import { useQuery } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { Link, useParams } from 'react-router';
import { Actions } from '../../../ui/form';
import { Section, Things, ThingsSkeleton } from '../../../ui/sections';
import { EmptyState, ErrorState } from '../../../ui/StateViews';
import { useFormats } from '../../../ui/useFormats';
import { PLACES } from '../places';
import { EmailOfAccount, LockOfAccount, RolesOfAccount } from './account-acts';
import { standingOf } from './Accounts';
import { ACCOUNT, type AccountFacts } from './documents';

function Facts({ account }: { account: AccountFacts }) {
  const { dateTime } = useFormats();
  const { id, displayName, createdAt } = account;
  const about = (place: string, name: string) => `${place}?${name}=${id}`;
  return (
    <Section title="Who it is" about="Names are chosen by people themselves; the id never changes.">
      <Things>
        <li>
          <div className="what">
            <strong>{displayName}</strong>
            <span>
              Since {dateTime(Date.parse(createdAt))} · {id}
            </span>
          </div>
          <div className="does">{standingOf(account)}</div>
        </li>
      </Things>
      <Actions>
        <Button variant="outlined" component={Link} to={about(PLACES.auditLog, 'subject')}>
          What has happened to it
        </Button>
        <Button variant="outlined" component={Link} to={about(PLACES.auditLog, 'actor')}>
          What was done by it
        </Button>
        <Button variant="outlined" component={Link} to={about(PLACES.explainAccess, 'who')}>
          What it may do
        </Button>
      </Actions>
    </Section>
  );
}

/** One account, and what an administrator can do about it. */
export function Account() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(ACCOUNT, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  const account = data?.user;
  if (account) {
    return (
      <>
        <Facts account={account} />
        <EmailOfAccount key={id} account={account} />
        <RolesOfAccount account={account} />
        <LockOfAccount account={account} />
      </>
    );
  }
  if (account === null) {
    return (
      <EmptyState
        title="There is no such account"
        action={
          <Button component={Link} to={PLACES.accounts} variant="outlined">
            To the accounts
          </Button>
        }
      >
        It may have been deleted. What has happened to it stays in the audit log.
      </EmptyState>
    );
  }
  if (!error) return <ThingsSkeleton count={4} />;
  return (
    <ErrorState
      title="The account could not be loaded"
      error={error}
      stillWorks="The other pages work."
      onRetry={() => void refetch()}
    />
  );
}
