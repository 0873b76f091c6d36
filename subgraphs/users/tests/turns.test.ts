import { describe, expect, it } from '@jest/globals';
import { Turns } from '../store/turns';

/** Who does something one at a time, in the order in which it was their turn. */
class Queue {
  readonly order: string[] = [];
  private readonly turns = new Turns(1);
  private readonly takes: Promise<unknown>[] = [];
  private release = (): void => undefined;

  /** Nobody's turn comes before `allOfThem`. */
  static held(): Queue {
    const queue = new Queue();
    const held = new Promise<void>((resolve) => (queue.release = resolve));
    queue.takes.push(queue.turns.take(null, () => held));
    return queue;
  }

  come(name: string, user: string | null): Promise<void> {
    const taken = this.turns.take(user, async () => void this.order.push(name));
    this.takes.push(taken.catch(() => undefined));
    return taken;
  }

  async allOfThem(): Promise<readonly string[]> {
    this.release();
    await Promise.all(this.takes);
    return this.order;
  }
}

describe('a turn to have a password looked at', () => {
  it('is waited for twice by one user, who leaves the other places to others', async () => {
    const queue = Queue.held();
    const refused: unknown[] = [];
    for (let nth = 0; nth < 40; nth += 1) {
      queue.come('greedy', 'greedy').catch((err: unknown) => refused.push(err));
    }
    const others = Array.from({ length: 30 }, (_, nth) => queue.come(`u${nth}`, `u${nth}`));
    const order = await queue.allOfThem();
    await Promise.all(others);
    expect(order.filter((name) => name === 'greedy')).toHaveLength(2);
    expect(refused).toHaveLength(38);
    expect(refused[0]).toMatchObject({ code: 'RATE_LIMITED', extensions: { retryAfterS: 5 } });
  });

  it('is there again for a user who has had theirs', async () => {
    const queue = Queue.held();
    await Promise.all([queue.come('first', 'ann'), queue.come('second', 'ann'), queue.allOfThem()]);
    await Promise.all([queue.come('third', 'ann'), queue.come('fourth', 'ann')]);
    expect(queue.order).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('comes to who is known first, and every fourth time to a stranger', async () => {
    const queue = Queue.held();
    for (let nth = 0; nth < 3; nth += 1) void queue.come('stranger', null);
    for (let nth = 0; nth < 8; nth += 1) void queue.come('known', `u${nth}`);
    expect(await queue.allOfThem()).toEqual([
      ...['known', 'known', 'known', 'stranger'],
      ...['known', 'known', 'known', 'stranger'],
      ...['known', 'known', 'stranger'],
    ]);
  });
});
