type Environment = Readonly<Record<string, string | undefined>>;

/** Domains whose data have a role of PostgreSQL to themselves. */
export type Domain = 'market' | 'analytics' | 'users' | 'whales';

/**
 * Who logs in: a domain, or what of it works in no user's name. That of users sees the rows of all, for signing in and
 * jobs; both read the key with which is proved in whose name the other login asks.
 */
export type Login = Domain | 'users_system' | 'whales_system';

/** All of them. */
export const LOGINS: readonly Login[] = [
  ...(['market', 'analytics', 'users', 'users_system'] as const),
  ...(['whales', 'whales_system'] as const),
];

/** The role that can touch what the login needs of its domain's schema and nothing else; migrations make it. */
export const roleOf = (login: Login): string => `spyhop_${login}`;

/** Names a login of its own, like MARKET_DATABASE_URL. */
export const ownDatabaseVariable = (login: Login): string => `${login.toUpperCase()}_DATABASE_URL`;

/** The environment with the database's address for a login as DATABASE_URL. */
export const withOwnDatabase = (env: Environment, login: Login): Environment => ({
  ...env,
  DATABASE_URL: ownDatabaseUrl(env, login),
});

/** The same, and under its own variable the address for what a domain does in no user's name. */
export const withSystemDatabase = (env: Environment, domain: 'users' | 'whales'): Environment => ({
  ...withOwnDatabase(env, domain),
  [ownDatabaseVariable(`${domain}_system`)]: ownDatabaseUrl(env, `${domain}_system`),
});

/** That of a login of its own where there is one, or else the common one, whose sessions take the role. */
function ownDatabaseUrl(env: Environment, login: Login): string | undefined {
  const own = env[ownDatabaseVariable(login)];
  if (own) return own;
  const common = env['DATABASE_URL'];
  return common && URL.canParse(common) ? databaseUrlAs(login, common) : common;
}

/** A database's address at which sessions take the role of a login, of which the address's own must be a member. */
export function databaseUrlAs(login: Login, databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const options = [url.searchParams.get('options') ?? '', `-c role=${roleOf(login)}`];
  url.searchParams.set('options', options.join(' ').trim());
  return url.href;
}
