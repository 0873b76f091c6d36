import { hash, parseOptions, verify } from '@node-rs/argon2';

/** Parameters of Argon2id (RFC 9106). */
export interface PasswordCost {
  /** KiB. */
  memoryCost: number;
  /** Passes. */
  timeCost: number;
  /** Lanes. */
  parallelism: number;
}

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
export const OWASP_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes passwords with Argon2id; each hash has its own salt and says its parameters. */
export class Passwords {
  /** Of no account: what is checked for one that does not exist takes the same time. */
  private readonly nobodys: Promise<string>;

  constructor(private readonly cost: PasswordCost = OWASP_COST) {
    this.nobodys = this.hash('of nobody');
  }

  /** A PHC string. */
  hash(password: string): Promise<string> {
    return hash(password, this.cost);
  }

  /** False, as slowly as any other, where there is no hash. */
  async verify(password: string, known: string | null): Promise<boolean> {
    const isRight = await verify(known ?? (await this.nobodys), password);
    return known !== null && isRight;
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
}
