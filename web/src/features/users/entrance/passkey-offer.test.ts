import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { offerPasskeys } from './passkey-offer';

/** A challenge of the server is good for so long (WebAuthn ceremonies of Spyhop: five minutes). */
const CHALLENGE_MS = 5 * 60_000;

const somebodyMoves = () => window.dispatchEvent(new Event('pointermove'));
const settle = () => vi.advanceTimersByTimeAsync(0);

/** A browser and a server; what is picked, or called off, is said by the test. */
function offer(start = vi.fn(async () => 'challenge' as unknown)) {
  let pick: (passkey: unknown) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const callOff = vi.fn(() => fail(new DOMException('called off', 'AbortError')));
  const onPicked = vi.fn();
  const waiting = vi.fn(() => new Promise((resolve, reject) => ([pick, fail] = [resolve, reject])));
  const stop = offerPasskeys({ start, pick: waiting, callOff, onPicked });
  stops.push(stop);
  return { start, waiting, callOff, onPicked, stop, pick: (passkey: unknown) => pick(passkey) };
}

const stops: (() => void)[] = [];
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  stops.splice(0).forEach((stop) => stop());
  vi.useRealTimers();
});

it('asks the server for nothing while nobody is there, and once when somebody is', async () => {
  const { start, onPicked, pick } = offer();
  await vi.advanceTimersByTimeAsync(CHALLENGE_MS);
  expect(start).not.toHaveBeenCalled();
  somebodyMoves();
  somebodyMoves();
  await settle();
  somebodyMoves();
  expect(start).toHaveBeenCalledOnce();
  pick('passkey');
  await settle();
  expect(onPicked).toHaveBeenCalledExactlyOnceWith('passkey');
});

it('never has the browser ask with a challenge that has ended, and gets another for somebody only', async () => {
  const { start, callOff, waiting } = offer();
  somebodyMoves();
  await settle();
  await vi.advanceTimersByTimeAsync(CHALLENGE_MS - 1);
  expect(callOff).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(10 * CHALLENGE_MS);
  expect(start).toHaveBeenCalledOnce();
  somebodyMoves();
  await settle();
  expect(waiting).toHaveBeenCalledTimes(2);
});

it('leaves a server that refuses alone for a while, however much somebody moves', async () => {
  const { start } = offer(vi.fn(async () => Promise.reject(new Error('RATE_LIMITED'))));
  for (let second = 0; second < 20; second += 1) {
    somebodyMoves();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(start).toHaveBeenCalledOnce();
});

it('ends with the page: nothing waits, and what is answered late counts no more', async () => {
  const { start, stop, callOff, onPicked, pick } = offer();
  somebodyMoves();
  await settle();
  stop();
  expect(callOff).toHaveBeenCalled();
  pick('late');
  somebodyMoves();
  await vi.advanceTimersByTimeAsync(CHALLENGE_MS);
  expect(start).toHaveBeenCalledOnce();
  expect(onPicked).not.toHaveBeenCalled();
});
