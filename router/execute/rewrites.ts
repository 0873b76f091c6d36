import type { FetchDataRewrite } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import { type Data, isObject } from './data';

const FRAGMENT = '... on ';

/** Whether an object satisfies a type condition, by its `__typename`. */
export function matchesType(schema: GraphQLSchema, object: Data, condition: string): boolean {
  const typename = object['__typename'];
  if (typeof typename !== 'string') return false;
  if (typename === condition) return true;
  const type = schema.getType(typename);
  const wanted = schema.getType(condition);
  if (!isAbstractType(wanted)) return false;
  return (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type);
}

/** Renames and sets what the planner asks for, where aliases of its own kept fetches from colliding. */
export function applyRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
  value: unknown,
): void {
  for (const rewrite of rewrites ?? []) applyAt(schema, rewrite, rewrite.path, value);
}

function applyAt(
  schema: GraphQLSchema,
  rewrite: FetchDataRewrite,
  path: readonly string[],
  value: unknown,
): void {
  if (Array.isArray(value)) {
    for (const element of value) applyAt(schema, rewrite, path, element);
    return;
  }
  const [step, ...rest] = path;
  if (!isObject(value) || step === undefined) return;
  if (step.startsWith(FRAGMENT)) {
    const condition = step.slice(FRAGMENT.length);
    const known = value['__typename'] !== undefined;
    if (!known || matchesType(schema, value, condition)) applyAt(schema, rewrite, rest, value);
  } else if (rest.length > 0) {
    applyAt(schema, rewrite, rest, value[step]);
  } else if (rewrite.kind === 'ValueSetter') {
    value[step] = rewrite.setValueTo as unknown;
  } else if (value[step] !== undefined) {
    value[rewrite.renameKeyTo] = value[step];
    delete value[step];
  }
}
