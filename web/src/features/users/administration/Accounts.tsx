import { useQuery } from '@apollo/client/react';
import { styled } from '@mui/material/styles';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { Choice, IconField } from '../../../ui/controls';
import { SearchIcon } from '../../../ui/icons';
import { Pager, RowsSkeleton, usePages } from '../../../ui/pages';
import { Rows } from '../../../ui/rows';
import { Nothing } from '../../../ui/sections';
import { ErrorState } from '../../../ui/StateViews';
import { useFormats } from '../../../ui/useFormats';
import { emailFault } from '../fields';
import { accountPlace } from '../places';
import { ACCOUNTS, type AccountFacts } from './documents';

const PAGE_SIZE = 50;
const COLUMNS = 'minmax(0, 3fr) minmax(0, 2fr) minmax(0, 3fr) auto';
const ROLES = [
  { value: '', label: 'Any role' },
  { value: 'ADMIN', label: 'Administrators' },
  { value: 'USER', label: 'Users' },
];
const LOCKS = [
  { value: '', label: 'Locked or not' },
  { value: 'yes', label: 'Locked' },
  { value: 'no', label: 'Not locked' },
];

const Toolbar = styled('div')(() => ({
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'center',
  gap: 8,
  '& > label': { flex: '1 1 240px', maxWidth: 400 },
}));

const Page = styled('div')(() => ({ display: 'grid', gap: 16, maxWidth: 1080 }));

/** Where an account stands, in a word or two. */
export const standingOf = ({ roles, lockedAt }: Pick<AccountFacts, 'roles' | 'lockedAt'>) => (
  <>
    {roles.includes('ADMIN') && <span className="tag">Administrator</span>}
    {roles.includes('ADMIN') && lockedAt !== null && ' · '}
    {lockedAt !== null && <span className="warning">Locked</span>}
  </>
);

function AccountRow({ account }: { account: AccountFacts }) {
  const formats = useFormats();
  return (
    <li>
      <Link className="row" to={accountPlace(account.id)}>
        <strong>{account.displayName}</strong>
        <span className="aside">{standingOf(account)}</span>
        <span className="quiet">{account.email}</span>
        <span className="quiet number last">{formats.dateTime(Date.parse(account.createdAt))}</span>
      </Link>
    </li>
  );
}

const LOCKED = new Map([
  ['yes', true],
  ['no', false],
]);

/** What of the accounts is shown; all but the e-mail address stands in the address bar. */
function useAccountFilter() {
  const [params, setParams] = useSearchParams();
  const [email, setEmail] = useState('');
  const role = ROLES.find(({ value }) => value === params.get('role'))?.value ?? '';
  const locked = LOCKED.has(params.get('locked') ?? '') ? (params.get('locked') ?? '') : '';
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  const filter = {
    email: emailFault(email) === undefined ? email.trim() : null,
    role: role === 'ADMIN' || role === 'USER' ? role : null,
    locked: LOCKED.get(locked) ?? null,
  } as const;
  return { email, setEmail, role, locked, set, filter };
}

/** All accounts, the newest first. */
export function Accounts() {
  const { email, setEmail, role, locked, set, filter } = useAccountFilter();
  const pages = usePages(JSON.stringify(filter));
  const { data, previousData, error, loading, refetch } = useQuery(ACCOUNTS, {
    variables: { filter, first: PAGE_SIZE, after: pages.after },
    fetchPolicy: 'no-cache',
  });
  const accounts = (data ?? previousData)?.users;
  if (!accounts && error) {
    return (
      <ErrorState
        title="The accounts could not be loaded"
        error={error}
        stillWorks="The other pages work."
        onRetry={() => void refetch()}
      />
    );
  }
  return (
    <Page>
      <Toolbar role="search" aria-label="Accounts">
        <IconField
          icon={<SearchIcon width={16} height={16} />}
          type="search"
          placeholder="Whole e-mail address"
          aria-label="E-mail address of the account"
          autoComplete="off"
          spellCheck={false}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Choice
          label="Role"
          value={role}
          choices={ROLES}
          set={role !== ''}
          onChange={(value) => set('role', value)}
        />
        <Choice
          label="Lock"
          value={locked}
          choices={LOCKS}
          set={locked !== ''}
          onChange={(value) => set('locked', value)}
        />
      </Toolbar>
      {!accounts && <RowsSkeleton count={8} />}
      {accounts?.edges.length === 0 && (
        <Nothing>No account is like that. Addresses are found when they are complete.</Nothing>
      )}
      {accounts && accounts.edges.length > 0 && (
        <Rows columns={COLUMNS} aria-label="Accounts" aria-busy={loading}>
          {accounts.edges.map(({ node }) => (
            <AccountRow key={node.id} account={node} />
          ))}
        </Rows>
      )}
      {accounts && <Pager pages={pages} pageInfo={accounts.pageInfo} />}
    </Page>
  );
}
