import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import { Mailbox } from '@spyhop/platform/mailbox';
import type { Stop } from '@spyhop/platform/shutdown';
import { until } from '@spyhop/platform/testkit/until';
import { readFilter } from '../rules/filter';
import { UNSAID } from '../rules/status';
import type { WhaleTransaction } from '../rules/whale';
import { Moves } from '../store/moves';
import type { Stored } from '../store/journal';
import { StoredTail, type TakeStored } from '../store/stored-tail';
import { leg } from './rig';

const at = (position: number): WhaleTransaction => ({
  ...{ chain: 'bitcoin', hash: String(position), time: position, position },
  ...{ legs: [leg()], sources: ['whale-alert'], firstPosition: position, state: UNSAID },
  fold: null,
});

it('a viewer whose past is being read gets what is stored meanwhile behind it, and once', async () => {
  let tell: TakeStored = () => undefined;
  let answer: (page: WhaleTransaction[]) => void = () => undefined;
  const tail = { add: (take: TakeStored) => ((tell = take), () => undefined) };
  const store = {
    storedAfter: () => new Promise<WhaleTransaction[]>((resolve) => (answer = resolve)),
  };
  const log = createLog({ name: 'moves', level: 'silent' });
  const stream = new Moves(tail, store, log).stream(readFilter({}), 0);
  const position = async () => ((await stream.next()).value as WhaleTransaction).position;
  const first = position();
  await turn();
  tell([at(2)]);
  await turn();
  answer([at(1), at(2)]);
  expect([await first, await position()]).toEqual([1, 2]);
  tell([at(3)]);
  expect(await position()).toBe(3);
  await stream.return?.();
});

describe('what a process has stored itself', () => {
  const log = createLog({ name: 'moves', level: 'silent' });
  const live = {
    subscribe: async () =>
      new Mailbox<never>(
        'newest-per-key',
        () => '',
        () => undefined,
      ),
    onResumed: () => () => undefined,
  };
  const positions: number[] = [];
  const inDatabase: WhaleTransaction[] = [];
  let reads = 0;
  let tail: StoredTail;
  let stop: Stop;

  beforeEach(async () => {
    positions.length = inDatabase.length = reads = 0;
    tail = new StoredTail(
      {
        newestPosition: async () => 0,
        storedAfter: async (after) => {
          reads += 1;
          return inDatabase.filter(({ position }) => position > after);
        },
      },
      log,
    );
    tail.add((transactions) => positions.push(...transactions.map(({ position }) => position)));
    stop = await tail.start(live);
    await until(() => reads === 1);
    await turn();
  });
  afterEach(() => stop());

  const store = (...transactions: WhaleTransaction[]): Stored => {
    const after = inDatabase.length;
    inDatabase.push(...transactions);
    return { after, position: inDatabase.length, transactions };
  };

  it('is told without being read again', () => {
    tail.follow(store(at(1)));
    tail.follow(store(at(2), at(3)));
    expect({ positions, reads }).toEqual({ positions: [1, 2, 3], reads: 1 });
  });

  it('is told once and in its place where another process has stored before it', async () => {
    tail.follow(store(at(1)));
    store(at(2));
    tail.follow(store(at(3)));
    tail.follow(store(at(4)));
    await until(() => positions.length >= 4);
    tail.follow(store(at(5)));
    expect(positions).toEqual([1, 2, 3, 4, 5]);
  });

  it('is read where more than itself is told anew', async () => {
    tail.follow({ ...store(at(1), at(2)), transactions: null });
    await until(() => positions.length > 0);
    expect(positions).toEqual([1, 2]);
  });
});
