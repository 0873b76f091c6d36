import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { type Data, isObject, mergeInto } from './data';
import { matchesType } from './rewrites';

/** What a subgraph needs of an entity to find it; null when the entity lacks a part of it. */
export function represent(
  schema: GraphQLSchema,
  entity: Data,
  requires: readonly QueryPlanSelectionNode[],
): Data | null {
  const representation: Data = {};
  for (const selection of requires) {
    if (selection.kind === 'Field') {
      const name = selection.alias ?? selection.name;
      const value = entity[name];
      if (value === undefined) return null;
      representation[name] = representValue(schema, value, selection.selections);
    } else if (selection.typeCondition && matchesType(schema, entity, selection.typeCondition)) {
      const part = represent(schema, entity, selection.selections);
      if (part) mergeInto(representation, part);
    }
  }
  return representation;
}

function representValue(
  schema: GraphQLSchema,
  value: unknown,
  selections: readonly QueryPlanSelectionNode[] | undefined,
): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => representValue(schema, element, selections));
  }
  return selections && isObject(value) ? represent(schema, value, selections) : value;
}
