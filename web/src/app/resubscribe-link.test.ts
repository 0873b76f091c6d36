import {
  ApolloLink,
  CombinedGraphQLErrors,
  execute,
  gql,
  ApolloClient,
  InMemoryCache,
  type OperationVariables,
} from '@apollo/client';
import { Observable, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionState } from '../features/users/session/session';
import { createConnectionStore } from '../ui/connection';
import { createObservableValue } from '../ui/observable-value';
import { renewing } from '../ui/renewed-stream';
import { retryDelay } from '../ui/retry-delay';
import { createResubscribeLink } from './resubscribe-link';

const TICKS = gql`
  subscription Ticks {
    feedStatusChanged {
      symbols
    }
  }
`;

const ANN: SessionState = { status: 'signed-in', userId: 'ann', roles: ['USER'] };
const NOBODY: SessionState = { status: 'anonymous', lapsed: false };

const refusal = (code: string) =>
  new CombinedGraphQLErrors({ errors: [{ message: 'No.', extensions: { code } }] });

/** A server whose streams a test ends at will, and who is signed in. */
function openStreams(who: SessionState = NOBODY) {
  const session = createObservableValue(who);
  const connection = createConnectionStore();
  const streams: Subject<ApolloLink.Result>[] = [];
  const asked: OperationVariables[] = [];
  const server = new ApolloLink(
    ({ variables }) =>
      new Observable((observer) => {
        asked.push(variables);
        const stream = new Subject<ApolloLink.Result>();
        streams.push(stream);
        const subscription = stream.subscribe(observer);
        return () => subscription.unsubscribe();
      }),
  );
  const link = ApolloLink.from([createResubscribeLink(session, connection, () => 1), server]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const follow = (observer = {}, context = {}) =>
    execute(link, { query: TICKS, context }, { client }).subscribe(observer);
  return { streams, asked, follow, session, connection };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a live stream', () => {
  it('is asked for again when the server ends or fails it', () => {
    const { streams, follow } = openStreams();
    const next = vi.fn();
    follow({ next });
    streams[0]?.error(new Error('upstream gone'));
    vi.advanceTimersByTime(500);
    streams[1]?.complete();
    vi.advanceTimersByTime(1000);
    streams[2]?.next({ data: { feedStatusChanged: { symbols: 3 } } });
    expect(next).toHaveBeenCalledOnce();
  });

  it('goes on from where its reader is by then', () => {
    const { streams, asked, follow } = openStreams();
    let after = '5';
    follow(
      {},
      renewing(() => ({ after })),
    );
    after = '7';
    streams[0]?.error(refusal('SLOW_CONSUMER'));
    vi.advanceTimersByTime(500);
    expect(asked).toEqual([{}, { after: '7' }]);
  });

  it('that was asked for wrongly reports the fault instead', () => {
    const { streams, follow } = openStreams();
    const error = vi.fn();
    follow({ error });
    streams[0]?.error(refusal('NOT_FOUND'));
    vi.advanceTimersByTime(60_000);
    expect(error).toHaveBeenCalledOnce();
    expect(streams).toHaveLength(1);
  });

  it('is not asked for again once nobody wants it', () => {
    const { streams, follow } = openStreams();
    follow().unsubscribe();
    vi.advanceTimersByTime(60_000);
    expect(streams).toHaveLength(1);
  });

  it('is asked for less and less often, within bounds', () => {
    const longest = [0, 1, 2, 10].map((attempt) => retryDelay(attempt, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 15_000]);
    expect(retryDelay(10, () => 0)).toBe(7500);
  });
});

describe('a stream that is somebody’s own', () => {
  it('is asked for again once the server has taken a token for the connection', () => {
    const { streams, follow, connection } = openStreams(ANN);
    const [next, error] = [vi.fn(), vi.fn()];
    follow({ next, error });
    streams[0]?.error(refusal('UNAUTHENTICATED'));
    vi.advanceTimersByTime(60_000);
    expect(streams).toHaveLength(1);
    connection.tokenTaken();
    streams[1]?.next({ data: { feedStatusChanged: { symbols: 3 } } });
    expect(next).toHaveBeenCalledOnce();
    expect(error).not.toHaveBeenCalled();
  });

  it('is asked for again at once where the token was taken before the refusal arrived', () => {
    const { streams, follow, connection } = openStreams(ANN);
    follow();
    connection.tokenTaken();
    streams[0]?.error(refusal('UNAUTHENTICATED'));
    expect(streams).toHaveLength(2);
  });

  it('is asked for once per token, however often it is refused', () => {
    const { streams, follow, connection } = openStreams(ANN);
    follow();
    for (const turn of [0, 1, 2]) {
      streams[turn]?.error(refusal('UNAUTHENTICATED'));
      vi.advanceTimersByTime(60_000);
      expect(streams).toHaveLength(turn + 1);
      connection.tokenTaken();
    }
  });

  it('waits while the session of an earlier visit is being restored', () => {
    const { streams, follow, session, connection } = openStreams({ status: 'restoring' });
    follow();
    streams[0]?.error(refusal('UNAUTHENTICATED'));
    session.set(ANN);
    expect(streams).toHaveLength(1);
    connection.tokenTaken();
    expect(streams).toHaveLength(2);
  });

  it('ends with the refusal where nobody is signed in, or not any more', () => {
    const anonymous = openStreams();
    const leaving = openStreams(ANN);
    const errors = [anonymous, leaving].map(({ follow, streams }) => {
      const error = vi.fn();
      follow({ error });
      streams[0]?.error(refusal('UNAUTHENTICATED'));
      return error;
    });
    leaving.session.set(NOBODY);
    for (const { connection } of [anonymous, leaving]) connection.tokenTaken();
    vi.advanceTimersByTime(60_000);
    expect(errors.map((error) => error.mock.calls.length)).toEqual([1, 1]);
    expect([anonymous, leaving].map(({ streams }) => streams.length)).toEqual([1, 1]);
  });

  it('waits no longer once nobody wants it', () => {
    const { streams, follow, connection } = openStreams(ANN);
    const following = follow();
    streams[0]?.error(refusal('UNAUTHENTICATED'));
    following.unsubscribe();
    connection.tokenTaken();
    expect(streams).toHaveLength(1);
  });
});
