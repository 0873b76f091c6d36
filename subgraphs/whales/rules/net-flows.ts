/** An amount above zero that went from one address to another, in base units. */
export interface Movement {
  from: string;
  to: string;
  amount: bigint;
}

/** What moved in the end, and between whom, the largest first. */
export interface NetFlow {
  amount: bigint;
  from: Share[];
  to: Share[];
}

/** What somebody has less, or more, of in the end: zero or above. */
export interface Share {
  address: string;
  amount: bigint;
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
    from: lost.map(([address, balance]) => ({ address, amount: -balance })),
    to: gained.map(([address, amount]) => ({ address, amount })),
  };
}

const sorted = (balances: [string, bigint][]): [string, bigint][] =>
  balances.sort(([, one], [, other]) => (one === other ? 0 : one > other ? -1 : 1));

/**
 * Of coins that are spent together and of what comes back as change, what each sender has given away, its part of the
 * network's fee included; null where one of them has more than before, so that it is not told who has paid whom.
 */
export function spentOf(
  inputs: readonly Share[],
  change: readonly Share[],
): Map<string, bigint> | null {
  const spent = new Map<string, bigint>();
  for (const { address, amount } of inputs) {
    spent.set(address, (spent.get(address) ?? 0n) + amount);
  }
  for (const { address, amount } of change) {
    spent.set(address, (spent.get(address) ?? 0n) - amount);
  }
  return [...spent.values()].some((amount) => amount < 0n) ? null : spent;
}
