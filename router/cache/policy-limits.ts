import { type CachePolicy, stricter } from './policy';

/** The policy of an answer in the making: every part of it may make it stricter. */
export class PolicyLimits {
  constructor(private current: CachePolicy) {}

  get policy(): CachePolicy {
    return this.current;
  }

  /** Null says nothing. */
  restrict(policy: CachePolicy | null): void {
    if (policy) this.current = stricter(this.current, policy);
  }
}
