import { type NamedType, isInputObjectType } from '@apollo/federation-internals';
import { type CostWeights, type Input, typeOf } from './cost-weights';

interface Given {
  value: unknown;
  type: NamedType;
  /** What the value weighs without what it consists of, where what it is given to says so. */
  own: number | undefined;
}

/**
 * What a value costs that is given to an argument: a whole list weighs once what its argument or field says.
 * It does not call itself: clients nest values as deep as they like.
 */
export function costOfInput(value: unknown, input: Input, weights: CostWeights): number {
  let cost = 0;
  const left = [givenTo(input, value, weights)];
  for (let next = left.pop(); next; next = left.pop()) {
    if (next.value == null) continue;
    const inner = partsOf(next, weights);
    cost += next.own ?? (Array.isArray(next.value) ? 0 : weights.ofGiven(next.type));
    for (const part of inner) left.push(part);
  }
  return cost;
}

/** Whether it costs nothing, whatever is given. */
export function isFree(input: Input, weights: CostWeights): boolean {
  const type = typeOf(input);
  return !isInputObjectType(type) && (weights.ofInput(input) ?? weights.ofGiven(type)) === 0;
}

function partsOf({ value, type, own }: Given, weights: CostWeights): Given[] {
  if (Array.isArray(value)) {
    const ofElement = own === undefined ? undefined : 0;
    return value.map((element: unknown) => ({ value: element, type, own: ofElement }));
  }
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const field = type.field(name);
    return field ? [givenTo(field, part, weights)] : [];
  });
}

const givenTo = (input: Input, value: unknown, weights: CostWeights): Given => ({
  value,
  type: typeOf(input),
  own: weights.ofInput(input),
});
