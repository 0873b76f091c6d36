import { PLACES } from '../places';

/** A page about an account: where it is and what it is called. */
export interface AccountPage {
  path: string;
  title: string;
}

/** What everybody finds under their account. */
export const ACCOUNT_PAGES: readonly AccountPage[] = [
  { path: '/account', title: 'Profile' },
  { path: '/account/watchlists', title: 'Watchlists' },
  { path: '/account/security', title: 'Security' },
  { path: '/account/sessions', title: 'Sessions' },
  { path: PLACES.ownEvents, title: 'Security events' },
  { path: '/account/keys', title: 'API keys' },
  { path: '/account/data', title: 'Your data' },
];

/** What only those find who look after all accounts. */
export const ADMIN_PAGES: readonly AccountPage[] = [
  { path: PLACES.accounts, title: 'Accounts' },
  { path: PLACES.auditLog, title: 'Audit log' },
  { path: PLACES.allEvents, title: 'All security events' },
  { path: PLACES.explainAccess, title: 'Explain access' },
];
