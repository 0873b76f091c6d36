/** Where the pages of accounts are. */
export const PLACES = {
  signIn: '/sign-in',
  register: '/register',
  forgotPassword: '/forgot-password',
  account: '/account',
  ownEvents: '/account/events',
  admin: '/admin',
  accounts: '/admin/accounts',
  auditLog: '/admin/audit',
  allEvents: '/admin/events',
  explainAccess: '/admin/access',
} as const;

/** Where to go after a sign-in: a page of this site, whatever the address bar says. */
export function nextPlace(params: URLSearchParams): string {
  const next = params.get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}

/** The page of administrators about an account. */
export const accountPlace = (userId: string): string => `${PLACES.accounts}/${userId}`;

/** The sign-in page that leads back to `here`. */
export const signInFor = (here: string): string =>
  `${PLACES.signIn}?next=${encodeURIComponent(here)}`;

/** The token of a mailed link, which stands behind the # so that it is in no log. */
export const linkToken = (hash: string): string | null =>
  new URLSearchParams(hash.replace(/^#/, '')).get('token');
