import { gql } from '@apollo/client';
import { describe, expect, it } from 'vitest';
import { createCache } from './cache';
import { keepCache, restoreCache } from './cache-snapshot';

const NOW = Date.UTC(2024, 7, 9);
const DAY_MS = 86_400_000;
const NAME = gql`
  fragment Name on Asset {
    symbol
    name
  }
`;

const MINE = gql`
  query Mine {
    asset(symbol: "BTC") {
      symbol
      name
    }
    me {
      id
      email
    }
  }
`;

function visited() {
  const cache = createCache();
  const data = { __typename: 'Asset', symbol: 'BTC', name: 'Bitcoin' };
  cache.writeFragment({ fragment: NAME, data });
  keepCache(cache, localStorage, NOW);
}

function nameSeenAt(now: number) {
  const cache = createCache();
  restoreCache(cache, localStorage, now);
  const id = cache.identify({ __typename: 'Asset', symbol: 'BTC' });
  return cache.readFragment<{ name: string }>({ fragment: NAME, id })?.name;
}

describe('what the last visit saw', () => {
  it('is there at once on the next', () => {
    visited();
    expect(nameSeenAt(NOW + 1000)).toBe('Bitcoin');
  });

  it('is forgotten after a day', () => {
    visited();
    expect(nameSeenAt(NOW + DAY_MS + 1)).toBeUndefined();
  });

  it('leaves out what is somebody’s own', () => {
    const cache = createCache();
    const asset = { __typename: 'Asset', symbol: 'BTC', name: 'Bitcoin' };
    const me = { __typename: 'User', id: '1', email: 'ann@example.org' };
    cache.writeQuery({ query: MINE, data: { asset, me } });
    keepCache(cache, localStorage, NOW);
    const kept = localStorage.getItem('spyhop.last-seen');
    expect(kept).toContain('Bitcoin');
    expect(kept).not.toContain('ann@example.org');
    expect(kept).not.toContain('User:1');
  });

  it.each(['{broken', 'null', '{"version":0,"data":{}}', '{"version":1}'])(
    'does no harm when storage holds %s',
    (stored) => {
      localStorage.setItem('spyhop.last-seen', stored);
      expect(nameSeenAt(NOW)).toBeUndefined();
    },
  );
});
