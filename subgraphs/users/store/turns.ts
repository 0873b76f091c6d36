import { SpyhopError } from '@spyhop/platform/errors';

/** Whose turn comes first: of somebody known by a session or a device, or that of a stranger. */
export type Standing = 'known' | 'stranger';

/** Of each standing; strangers' places are none of those who are known, so that no stranger takes them. */
const MOST_WAITING = 32;
/** Seconds; as many as those who wait are gone by then, unless the machine is busy with something else. */
const COME_BACK_AFTER_S = 5;

/** Lets so many do something at once that it cannot take all of the memory; the others wait, some of them. */
export class Turns {
  private free: number;
  private readonly waiting: Record<Standing, (() => void)[]> = { known: [], stranger: [] };

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** Throws RATE_LIMITED where too many wait already. */
  async take<Result>(standing: Standing, work: () => Promise<Result>): Promise<Result> {
    if (this.free > 0) this.free -= 1;
    else await this.wait(this.waiting[standing]);
    try {
      return await work();
    } finally {
      this.pass();
    }
  }

  private wait(waiting: (() => void)[]): Promise<void> {
    if (waiting.length >= MOST_WAITING) throw busy();
    return new Promise((begin) => waiting.push(begin));
  }

  private pass(): void {
    const next = this.waiting.known.shift() ?? this.waiting.stranger.shift();
    if (next) next();
    else this.free += 1;
  }
}

const busy = (): SpyhopError =>
  new SpyhopError(
    'RATE_LIMITED',
    `Too many passwords are looked at just now; try again in ${COME_BACK_AFTER_S} seconds.`,
    { retryAfterS: COME_BACK_AFTER_S },
  );
