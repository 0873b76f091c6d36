import { BREAK, type ValueNode, valueFromASTUntyped, visit } from 'graphql';

/** A request's variables: coerced, and nothing but what was declared. */
export type Variables = Readonly<Record<string, unknown>>;

/** A part of a cost, or what makes it of the variables; at most Number.MAX_SAFE_INTEGER. */
export type Amount = number | ((variables: Variables) => number);

export const isNumber = (value: unknown): value is number => typeof value === 'number';

/** What costs more costs that: so products of long lists stay numbers that can be compared and counted. */
const capped = (cost: number): number => Math.min(cost, Number.MAX_SAFE_INTEGER);

/** What is made of amounts: at once where all are known, or else when the variables are. */
export function combine(
  amounts: readonly Amount[],
  by: (numbers: readonly number[]) => number,
): Amount {
  const make = (variables: Variables): number =>
    capped(by(amounts.map((amount) => valueOf(amount, variables))));
  return amounts.every(isNumber) ? make({}) : make;
}

/** Those that are known become one: what is left to do for each request depends on its variables. */
export function sum(amounts: readonly Amount[]): Amount {
  const known = amounts.filter(isNumber).reduce((total, each) => total + each, 0);
  const others = amounts.filter((amount) => !isNumber(amount));
  const [only] = others;
  if (only !== undefined && others.length === 1 && known === 0) return only;
  return combine([known, ...others], (numbers) => numbers.reduce((total, each) => total + each, 0));
}

export const valueOf = (amount: Amount, variables: Variables): number =>
  typeof amount === 'number' ? amount : amount(variables);

/** What is made of values that stand in a document, at once where no variable is among them. */
export function read(
  values: readonly (ValueNode | undefined)[],
  make: (known: readonly unknown[]) => number,
): Amount {
  const made = (variables: Variables): number =>
    make(values.map((value) => value && valueFromASTUntyped(value, variables)));
  return values.some((value) => value && hasVariable(value)) ? made : made({});
}

function hasVariable(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    Variable: () => {
      found = true;
      return BREAK;
    },
  });
  return found;
}
