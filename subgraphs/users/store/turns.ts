import { SpyhopError } from '@spyhop/platform/errors';

/** Whose turn it is: the id of a user who is known by a session or a device; null for a stranger. */
export type Whose = string | null;

/** Of strangers, and of those who are known: no stranger takes the places of these. */
const MOST_WAITING = 32;
/** Of one user, who takes no others' places. */
const MOST_WAITING_OF_USER = 2;
/** Who is known comes first, but for each turn that is the nth. */
const STRANGERS_EVERY = 4;
/** Seconds; as many as those who wait are gone by then, unless the machine is busy with something else. */
const COME_BACK_AFTER_S = 5;

interface Waiting {
  whose: Whose;
  begin: () => void;
}

/** Lets so many do something at once that it cannot take all of the memory; the others wait, some of them. */
export class Turns {
  private free: number;
  private passed = 0;
  private readonly known: Waiting[] = [];
  private readonly strangers: Waiting[] = [];

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** Throws RATE_LIMITED where too many wait already. */
  async take<Result>(whose: Whose, work: () => Promise<Result>): Promise<Result> {
    if (this.free > 0) this.free -= 1;
    else await this.wait(whose);
    try {
      return await work();
    } finally {
      this.pass();
    }
  }

  private wait(whose: Whose): Promise<void> {
    const queue = whose === null ? this.strangers : this.known;
    const own = whose === null ? 0 : queue.filter((each) => each.whose === whose).length;
    if (queue.length >= MOST_WAITING || own >= MOST_WAITING_OF_USER) throw busy();
    return new Promise((begin) => queue.push({ whose, begin }));
  }

  private pass(): void {
    this.passed = (this.passed + 1) % STRANGERS_EVERY;
    const { known, strangers } = this;
    const [first, second] = this.passed === 0 ? [strangers, known] : [known, strangers];
    const next = first.shift() ?? second.shift();
    if (next) next.begin();
    else this.free += 1;
  }
}

const busy = (): SpyhopError =>
  new SpyhopError(
    'RATE_LIMITED',
    `Too many passwords are looked at just now; try again in ${COME_BACK_AFTER_S} seconds.`,
    { retryAfterS: COME_BACK_AFTER_S },
  );
