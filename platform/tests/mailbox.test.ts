import { describe, expect, it } from '@jest/globals';
import { Mailbox } from '../mailbox';

const none = (): void => undefined;
const letterOf = (event: string): string => event[0] ?? '';

async function take<Event>(mailbox: Mailbox<Event>, count: number): Promise<Event[]> {
  const events: Event[] = [];
  while (events.length < count) events.push((await mailbox.next()).value as Event);
  return events;
}

describe('a mailbox', () => {
  it('keeps the newest event of every key for a reader that is busy', async () => {
    const mailbox = new Mailbox<string>('newest-per-key', letterOf, none);
    for (const event of ['a1', 'b1', 'a2', 'a3', 'b2']) mailbox.push(event);
    expect(await take(mailbox, 2)).toEqual(['a3', 'b2']);
  });

  it('keeps the last events in order where every event counts', async () => {
    const mailbox = new Mailbox<string>({ ring: 3 }, letterOf, none);
    for (const event of ['1', '2', '3', '4', '5']) mailbox.push(event);
    expect(await take(mailbox, 3)).toEqual(['3', '4', '5']);
  });

  it('hands an event to a reader that is already waiting', async () => {
    const mailbox = new Mailbox<string>('newest-per-key', letterOf, none);
    const waiting = mailbox.next();
    mailbox.push('a1');
    expect(await waiting).toEqual({ done: false, value: 'a1' });
  });

  it("keeps only the newest of what comes between an event and the reader's next question", async () => {
    const mailbox = new Mailbox<string>('newest-per-key', letterOf, none);
    const waiting = mailbox.next();
    for (const event of ['a1', 'a2', 'a3']) mailbox.push(event);
    expect((await waiting).value).toBe('a1');
    expect((await mailbox.next()).value).toBe('a3');
  });

  it('gives nothing more to a reader that leaves in the moment an event comes', async () => {
    const mailbox = new Mailbox<string>('newest-per-key', letterOf, none);
    const waiting = mailbox.next();
    mailbox.push('a1');
    await mailbox.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('ends a waiting reader and leaves its source once when it is closed', async () => {
    let left = 0;
    const mailbox = new Mailbox<string>('newest-per-key', letterOf, () => (left += 1));
    const waiting = mailbox.next();
    await mailbox.return();
    await mailbox.return();
    mailbox.push('a1');
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await mailbox.next()).toEqual({ done: true, value: undefined });
    expect(left).toBe(1);
  });
});
