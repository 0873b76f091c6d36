import { describe, expect, it } from '@jest/globals';
import { Budget } from '../../guard/budget';
import { Turns } from '../../guard/turns';
import { createRouterMetrics } from '../../metrics';

const turnsWith = (cost = 1_000_000): Turns =>
  new Turns({
    budget: new Budget({ cost, windowS: 60, redis: null, clock: () => 0 }),
    metrics: createRouterMetrics(),
  });

describe('turns', () => {
  it('go from payer to payer, whatever each has waiting', async () => {
    const turns = turnsWith();
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const before = turns.take('z', 1, () => begun);
    const done: string[] = [];
    const take = (payer: string, what: string) =>
      turns.take(payer, 1, async () => void done.push(what));
    const taken = [...['a1', 'a2', 'a3'].map((what) => take('a', what)), take('b', 'b1')];
    taken.push(take('c', 'c1'), take('b', 'b2'));
    // Whatever was charged for first waits first.
    await new Promise(setImmediate);
    begin();
    await Promise.all([before, ...taken]);
    expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('are taken one at a time', async () => {
    const turns = turnsWith();
    let atOnce = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (atOnce += 1));
      await new Promise(setImmediate);
      atOnce -= 1;
    };
    await Promise.all(['a', 'b', 'c'].map((payer) => turns.take(payer, 1, work)));
    expect(most).toBe(1);
  });

  it('go on after work that fails', async () => {
    const turns = turnsWith();
    const failing = turns.take('a', 1, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await turns.take('a', 1, async () => 'yes')).toBe('yes');
  });

  it('are refused to a payer with too many waiting, and to nobody else', async () => {
    const turns = turnsWith();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const settled = Promise.allSettled(
      Array.from({ length: 210 }, () => turns.take('a', 1, () => gate)),
    );
    const other = turns.take('b', 1, async () => 'served');
    open();
    const refused = (await settled).flatMap((each) =>
      each.status === 'rejected' ? [each.reason as unknown] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await other).toBe('served');
  });

  it('cost by the length of the text, and a short one as much as 250 characters', async () => {
    const turns = turnsWith(1_000);
    const take = (characters: number) => turns.take('a', characters, async () => 'done');
    expect(await take(500)).toBe('done');
    expect(await take(1)).toBe('done');
    expect(await take(250)).toBe('done');
    await expect(take(1)).rejects.toMatchObject({ extensions: { retryAfterS: 60 } });
  });
});
