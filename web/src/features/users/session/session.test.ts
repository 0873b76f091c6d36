import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSession, type Grant, type Tabs, type TabMessage } from './session';

const MINUTE_MS = 60_000;
const LIFE_MS = 15 * MINUTE_MS;

const granted = (accessToken: string, userId = 'ann'): Grant => ({
  accessToken,
  expiresAt: Date.now() + LIFE_MS,
  userId,
  roles: ['USER'],
});

/** A browser whose tabs share one lock and one remembered fact. */
function openBrowser(renew: () => Promise<Grant | null>, signedIn = true) {
  let known = signedIn;
  let lock: Promise<unknown> = Promise.resolve();
  const listeners = new Map<Tabs, (message: TabMessage) => void>();
  const openTab = () => {
    const tabs: Tabs = {
      tell: (message) => listeners.forEach((listen, tab) => tab !== tabs && listen(message)),
      listen: (listener) => {
        listeners.set(tabs, listener);
        return () => listeners.delete(tabs);
      },
      exclusively: (work) => {
        const done = lock.then(work, work);
        lock = done.catch(() => undefined);
        return done;
      },
    };
    const remembered = {
      get: () => known,
      set: (next: boolean) => void (known = next),
      subscribe: () => () => undefined,
    };
    const session = createSession({ renew, tabs, remembered, clock: Date.now, random: () => 0 });
    session.start();
    return session;
  };
  return { openTab, remembered: () => known };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a session in the browser', () => {
  it('asks nobody where nobody was signed in', async () => {
    const renew = vi.fn(async () => granted('a'));
    const session = openBrowser(renew, false).openTab();
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    expect(session.get()).toEqual({ status: 'anonymous', lapsed: false });
    expect(renew).not.toHaveBeenCalled();
  });

  it('goes on from the last visit and is renewed before its token ends', async () => {
    let count = 0;
    const session = openBrowser(async () => granted(`token ${++count}`)).openTab();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.token()).toBe('token 1');
    await vi.advanceTimersByTimeAsync(LIFE_MS - MINUTE_MS);
    expect(session.token()).toBe('token 2');
  });

  it('is renewed by one tab for all of them', async () => {
    const renew = vi.fn(async () => granted('shared'));
    const { openTab } = openBrowser(renew);
    const tabs = [openTab(), openTab(), openTab()];
    await vi.advanceTimersByTimeAsync(0);
    expect(tabs.map((tab) => tab.token())).toEqual(['shared', 'shared', 'shared']);
    expect(renew).toHaveBeenCalledOnce();
  });

  it('that is over says so and is not asked for again', async () => {
    const browser = openBrowser(async () => null);
    const session = browser.openTab();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.get()).toEqual({ status: 'anonymous', lapsed: true });
    expect(browser.remembered()).toBe(false);
  });

  it('outlives a server that does not answer for a while', async () => {
    const renew = vi.fn<() => Promise<Grant | null>>().mockRejectedValueOnce(new Error('away'));
    renew.mockImplementation(async () => granted('later'));
    const session = openBrowser(renew).openTab();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.get().status).toBe('restoring');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.token()).toBe('later');
  });

  it('ends in every tab at once', async () => {
    const { openTab } = openBrowser(async () => granted('a'));
    const [one, other] = [openTab(), openTab()];
    await vi.advanceTimersByTimeAsync(0);
    one.end();
    expect([one, other].map((tab) => tab.get().status)).toEqual(['anonymous', 'anonymous']);
    expect(other.token()).toBeNull();
  });

  it('does not come back by a renewal that was under way at sign-out', async () => {
    let answer: (grant: Grant) => void = () => undefined;
    const session = openBrowser(() => new Promise((resolve) => (answer = resolve))).openTab();
    await vi.advanceTimersByTimeAsync(0);
    session.end();
    answer(granted('late'));
    await vi.advanceTimersByTimeAsync(0);
    expect(session.get().status).toBe('anonymous');
  });

  it('gets a new token for one that was refused, and asks once for two refusals', async () => {
    let count = 0;
    const renew = vi.fn(async () => granted(`token ${++count}`));
    const session = openBrowser(renew).openTab();
    await vi.advanceTimersByTimeAsync(0);
    const both = Promise.all([session.replace('token 1'), session.replace('token 1')]);
    await vi.advanceTimersByTimeAsync(0);
    expect(await both).toEqual(['token 2', 'token 2']);
    expect(renew).toHaveBeenCalledTimes(2);
  });
});
