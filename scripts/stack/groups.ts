import { LOGINS, ownDatabaseVariable } from '@spyhop/platform/own-database';

/** Mains that share a process: few processes suit a small machine, production runs each on its own. */
export interface Group {
  name: string;
  /** A higher layer is stopped before the ones it stands on; the services are layer 0. */
  layer: number;
  mains: readonly string[];
  /** True where HOST opens it to other machines; the others stay on the loopback. */
  isPublic: boolean;
  /** Variables with secrets that it needs; it is not given the others'. */
  secrets: readonly string[];
}

/** They start side by side. Register a new main here. */
export const GROUPS: readonly Group[] = [
  {
    name: 'subgraphs',
    layer: 1,
    mains: [
      '@spyhop/market/main',
      '@spyhop/analytics/main',
      '@spyhop/users/main',
      '@spyhop/whales/main',
    ],
    isPublic: false,
    secrets: [
      ...['DATABASE_URL', ...LOGINS.map(ownDatabaseVariable)],
      ...['SECRET_KEYS', 'API_KEYS_SECRET', 'SMTP_URL'],
    ],
  },
  {
    name: 'feeds',
    layer: 1,
    mains: ['@spyhop/market/feeds/main', '@spyhop/whales/feeds/main'],
    isPublic: false,
    secrets: [
      ...['DATABASE_URL', ownDatabaseVariable('market')],
      ...['WHALE_ALERT_KEY', 'WHALE_ALERT_REST_KEY'],
    ],
  },
  {
    name: 'router',
    layer: 2,
    mains: ['@spyhop/router/main'],
    isPublic: true,
    secrets: [
      'ROUTER_IDENTITY_SIGNING_KEY',
      'ROUTER_IDENTITY_API_KEYS_SECRET',
      'ROUTER_AUTHORISATION_POLICIES_SECRET',
    ],
  },
];

const SECRETS = new Set(GROUPS.flatMap(({ secrets }) => secrets));

/** What a group's process is told of the environment of all. */
export function environmentOf(
  { isPublic, secrets }: Group,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const told = Object.entries(env).filter(([name]) => !SECRETS.has(name) || secrets.includes(name));
  return { ...Object.fromEntries(told), ...(!isPublic && { HOST: '127.0.0.1' }) };
}
