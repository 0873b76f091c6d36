type Environment = Readonly<Record<string, string | undefined>>;

/** Domains whose data have a role of PostgreSQL to themselves. */
export type Domain = 'market' | 'analytics' | 'users' | 'whales';

/** The role that can touch a domain's schema and nothing else; migrations make it. */
export const roleOf = (domain: Domain): string => `spyhop_${domain}`;

/** Names a login of the domain's own, like MARKET_DATABASE_URL. */
export const ownDatabaseVariable = (domain: Domain): string =>
  `${domain.toUpperCase()}_DATABASE_URL`;

/**
 * The environment with the domain's database as DATABASE_URL: that of a login of its own where there is one,
 * or else the common one, whose sessions take the domain's role.
 */
export function withOwnDatabase(env: Environment, domain: Domain): Environment {
  const own = env[ownDatabaseVariable(domain)];
  if (own) return { ...env, DATABASE_URL: own };
  const common = env['DATABASE_URL'];
  if (!common || !URL.canParse(common)) return env;
  return { ...env, DATABASE_URL: databaseUrlAs(roleOf(domain), common) };
}

/** A database's address at which sessions take a role, which the login must be a member of. */
export function databaseUrlAs(role: string, databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const options = [url.searchParams.get('options') ?? '', `-c role=${role}`];
  url.searchParams.set('options', options.join(' ').trim());
  return url.href;
}
