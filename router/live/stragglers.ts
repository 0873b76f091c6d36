import type { Clock } from '@spyhop/platform/clock';
import type { Member } from './member';

const LOOK_EVERY_MS = 25;

/** Members that fell behind, looked at again and again until each has caught up or must go. */
export class Stragglers {
  private readonly members = new Set<Member>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onStuck: (member: Member) => void,
  ) {}

  /** What they have yet to get. */
  get waiting(): number {
    let waiting = 0;
    for (const { held } of this.members) waiting += held;
    return waiting;
  }

  add(member: Member): void {
    this.members.add(member);
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  remove(member: Member): void {
    this.members.delete(member);
    if (this.members.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    for (const member of this.members) {
      const state = member.catchUp(this.clock());
      if (state === 'behind') continue;
      this.remove(member);
      if (state === 'stuck') this.onStuck(member);
    }
  }
}
