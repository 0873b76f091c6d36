import { type GraphQLSchema, isEnumType, isIntrospectionType, print } from 'graphql';
import type { ConstValueNode, ValueNode, GraphQLEnumType } from 'graphql';
import { invalidInput } from './errors';

/** Makes every enum of the schema answer an unknown value with INVALID_INPUT and the allowed ones. */
export function nameAllowedValues(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isEnumType(type) && !isIntrospectionType(type)) nameThoseOf(type);
  }
}

function nameThoseOf(type: GraphQLEnumType): void {
  const parseValue = type.parseValue.bind(type);
  const parseLiteral = type.parseLiteral.bind(type);
  type.parseValue = (value) => attempt(type, JSON.stringify(value), () => parseValue(value));
  type.parseLiteral = (node: ValueNode | ConstValueNode, variables) =>
    attempt(type, print(node), () => parseLiteral(node, variables));
}

function attempt<Value>(type: GraphQLEnumType, given: string, parse: () => Value): Value {
  try {
    return parse();
  } catch {
    const allowed = type.getValues().map(({ name }) => name);
    throw invalidInput(
      `${given.slice(0, 60)} is not a ${type.name}; allowed are ${allowed.join(', ')}.`,
      { allowed },
    );
  }
}
