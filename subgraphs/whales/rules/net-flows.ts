/** An amount above zero that went from one address to another, in base units. */
export interface Movement {
  from: string;
  to: string;
  amount: bigint;
}

/** What moved in the end, and between whom, the largest first. */
export interface NetFlow {
  amount: bigint;
  from: string[];
  to: string[];
}

/**
 * Of all that one transaction moved of one asset: what passes through somebody, or comes back, is not counted.
 * Null where nobody has more or less than before.
 */
export function netFlowOf(movements: readonly Movement[]): NetFlow | null {
  const balances = new Map<string, bigint>();
  const add = (address: string, amount: bigint): void =>
    void balances.set(address, (balances.get(address) ?? 0n) + amount);
  for (const { from, to, amount } of movements) {
    add(from, -amount);
    add(to, amount);
  }
  const gained = sorted([...balances].filter(([, balance]) => balance > 0n));
  const lost = sorted([...balances].filter(([, balance]) => balance < 0n)).reverse();
  if (gained.length === 0) return null;
  return {
    amount: gained.reduce((sum, [, balance]) => sum + balance, 0n),
    from: lost.map(([address]) => address),
    to: gained.map(([address]) => address),
  };
}

const sorted = (balances: [string, bigint][]): [string, bigint][] =>
  balances.sort(([, one], [, other]) => (one === other ? 0 : one > other ? -1 : 1));
