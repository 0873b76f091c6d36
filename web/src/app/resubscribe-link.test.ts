import {
  ApolloLink,
  CombinedGraphQLErrors,
  execute,
  gql,
  ApolloClient,
  InMemoryCache,
} from '@apollo/client';
import { Observable, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryDelay } from '../ui/retry-delay';
import { createResubscribeLink } from './resubscribe-link';

const TICKS = gql`
  subscription Ticks {
    feedStatusChanged {
      symbols
    }
  }
`;

/** A server whose streams a test ends at will. */
function openStreams() {
  const streams: Subject<ApolloLink.Result>[] = [];
  const server = new ApolloLink(
    () =>
      new Observable((observer) => {
        const stream = new Subject<ApolloLink.Result>();
        streams.push(stream);
        const subscription = stream.subscribe(observer);
        return () => subscription.unsubscribe();
      }),
  );
  const link = ApolloLink.from([createResubscribeLink(() => 1), server]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return { streams, link, client };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a live stream', () => {
  it('is asked for again when the server ends or fails it', () => {
    const { streams, link, client } = openStreams();
    const next = vi.fn();
    execute(link, { query: TICKS }, { client }).subscribe(next);
    streams[0]?.error(new Error('upstream gone'));
    vi.advanceTimersByTime(500);
    streams[1]?.complete();
    vi.advanceTimersByTime(1000);
    streams[2]?.next({ data: { feedStatusChanged: { symbols: 3 } } });
    expect(next).toHaveBeenCalledOnce();
  });

  it('that was asked for wrongly reports the fault instead', () => {
    const { streams, link, client } = openStreams();
    const error = vi.fn();
    execute(link, { query: TICKS }, { client }).subscribe({ error });
    const fault = { message: 'No such asset.', extensions: { code: 'NOT_FOUND' } };
    streams[0]?.error(new CombinedGraphQLErrors({ errors: [fault] }));
    vi.advanceTimersByTime(60_000);
    expect(error).toHaveBeenCalledOnce();
    expect(streams).toHaveLength(1);
  });

  it('is not asked for again once nobody wants it', () => {
    const { streams, link, client } = openStreams();
    execute(link, { query: TICKS }, { client }).subscribe().unsubscribe();
    vi.advanceTimersByTime(60_000);
    expect(streams).toHaveLength(1);
  });

  it('is asked for less and less often, within bounds', () => {
    const longest = [0, 1, 2, 10].map((attempt) => retryDelay(attempt, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 15_000]);
    expect(retryDelay(10, () => 0)).toBe(7500);
  });
});
