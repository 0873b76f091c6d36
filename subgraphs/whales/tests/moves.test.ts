import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import { readFilter } from '../rules/filter';
import { UNSAID } from '../rules/status';
import type { WhaleTransaction } from '../rules/whale';
import { Moves } from '../store/moves';
import type { TakeStored } from '../store/stored-tail';
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
