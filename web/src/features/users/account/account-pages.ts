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
  { path: '/account/keys', title: 'API keys' },
  { path: '/account/data', title: 'Your data' },
];

/** What only those find who look after all accounts. */
export const ADMIN_PAGES: readonly AccountPage[] = [];
