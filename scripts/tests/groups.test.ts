import { expect, it } from '@jest/globals';
import { GROUPS, environmentOf } from '../stack/groups';

const ENV = {
  PATH: '/bin',
  HOST: '0.0.0.0',
  MARKET_DATABASE_URL: 'postgresql://market@db/spyhop',
  USERS_DATABASE_URL: 'postgresql://users@db/spyhop',
  SECRET_KEYS: 'k1:abc',
  API_KEYS_SECRET: 'shared',
  WHALE_ALERT_KEY: 'paid',
  ROUTER_IDENTITY_SIGNING_KEY: '{}',
};

it.each([
  ['router', ['PATH', 'HOST', 'ROUTER_IDENTITY_SIGNING_KEY']],
  ['feeds', ['PATH', 'HOST', 'MARKET_DATABASE_URL', 'WHALE_ALERT_KEY']],
  [
    'subgraphs',
    ['PATH', 'HOST', 'MARKET_DATABASE_URL', 'USERS_DATABASE_URL', 'SECRET_KEYS', 'API_KEYS_SECRET'],
  ],
])('the process of %s is told its own secrets and nobody else’s', (name, told) => {
  const group = GROUPS.find((each) => each.name === name);
  expect(group && Object.keys(environmentOf(group, ENV))).toEqual(told);
});

it('the router alone can be reached from other machines', () => {
  const hosts = GROUPS.map((group) => [group.name, environmentOf(group, ENV)['HOST']]);
  expect(Object.fromEntries(hosts)).toEqual({
    ...{ subgraphs: '127.0.0.1', feeds: '127.0.0.1' },
    router: '0.0.0.0',
  });
});
