import { availableParallelism } from 'node:os';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Turns, type Whose } from './turns';

/** Parameters of Argon2id (RFC 9106). */
export interface PasswordCost {
  /** KiB. */
  memoryCost: number;
  /** Passes. */
  timeCost: number;
  /** Lanes, which are filled at the same time as far as there are processors. */
  parallelism: number;
}

/** RFC 9106, section 4, second recommended option: Argon2id with three passes over 64 MiB in four lanes. */
export const RFC_9106_COST: PasswordCost = { memoryCost: 65_536, timeCost: 3, parallelism: 4 };

/** One hash keeps as many processors busy as it has lanes; libuv has threads for four of them. */
const atOnce = ({ parallelism }: PasswordCost): number =>
  Math.min(4, Math.max(1, Math.floor(availableParallelism() / parallelism)));

/** Hashes passwords with Argon2id, few at once; each hash has its own salt and says its parameters. */
export class Passwords {
  private readonly turns: Turns;
  /** Of no account: what is checked for one that does not exist takes the same time. */
  private readonly nobodys: Promise<string>;

  constructor(private readonly cost: PasswordCost = RFC_9106_COST) {
    this.turns = new Turns(atOnce(cost));
    this.nobodys = this.hash('of nobody', null);
  }

  /** A PHC string. Throws RATE_LIMITED where too many wait for theirs. */
  hash(password: string, whose: Whose): Promise<string> {
    return this.turns.take(whose, () => hash(password, this.cost));
  }

  /**
   * Whether the password is that of a hash; where there is none it is not, and to say so takes as long. Throws
   * RATE_LIMITED where too many wait for theirs.
   */
  async verify(password: string, known: string | null, whose: Whose): Promise<boolean> {
    const checked = known ?? (await this.nobodys);
    return this.turns.take(whose, async () => {
      const isRight = await verify(checked, password);
      if (!isRight) await this.makeUpFor(checked, password);
      return known !== null && isRight;
    });
  }

  /** Whether a hash was made with other parameters than today's. */
  isOutdated(known: string): boolean {
    const { memoryCost, timeCost, parallelism } = parseOptions(known);
    const { cost } = this;
    return (
      memoryCost !== cost.memoryCost ||
      timeCost !== cost.timeCost ||
      parallelism !== cost.parallelism
    );
  }

  /** Does what a hash of lower cost has saved, or it would be known by its time from none at all. */
  private async makeUpFor(checked: string, password: string): Promise<void> {
    const memoryCost = Math.round(
      (workOf(this.cost) - workOf(parseOptions(checked))) / this.cost.timeCost,
    );
    // Argon2 takes no less memory.
    if (memoryCost < 8 * this.cost.parallelism) return;
    await hash(password, { ...this.cost, memoryCost });
  }
}

/** What a hash takes grows with the memory that is gone over. */
const workOf = ({ memoryCost, timeCost }: Pick<PasswordCost, 'memoryCost' | 'timeCost'>): number =>
  memoryCost * timeCost;
