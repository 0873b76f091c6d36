import {
  type GraphQLSchema,
  buildASTSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';

/**
 * What an SDL document defines without saying what it is: types, fields, arguments, enum values.
 * Entities that another subgraph owns are described there.
 */
export function undescribed(sdl: string, ownedElsewhere: readonly string[] = []): string[] {
  const schema = buildASTSchema(parse(sdl), { assumeValidSDL: true });
  const needNone = [...ROOTS, ...ownedElsewhere];
  return ownTypes(schema).flatMap((type) => [
    ...(needNone.includes(type.name) ? [] : missing(type.name, type.description)),
    ...partsOf(type).flatMap(({ path, description }) => missing(path, description)),
  ]);
}

const ROOTS = ['Query', 'Mutation', 'Subscription'];

type Type = ReturnType<GraphQLSchema['getTypeMap']>[string];
interface Part {
  path: string;
  description?: string | null | undefined;
}

const missing = (path: string, description: string | null | undefined): string[] =>
  description ? [] : [path];

const ownTypes = (schema: GraphQLSchema): Type[] =>
  Object.values(schema.getTypeMap()).filter(({ astNode }) => astNode);

function partsOf(type: Type): Part[] {
  const under = (parts: readonly { name: string; description?: string | null | undefined }[]) =>
    parts.map(({ name, description }) => ({ path: `${type.name}.${name}`, description }));
  if (isEnumType(type)) return under(type.getValues());
  if (isInputObjectType(type)) return under(Object.values(type.getFields()));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields());
  return [...under(fields), ...fields.flatMap(({ name, args }) => argsOf(type.name, name, args))];
}

const argsOf = (
  type: string,
  field: string,
  args: readonly { name: string; description?: string | null | undefined }[],
): Part[] =>
  args.map(({ name, description }) => ({ path: `${type}.${field}(${name})`, description }));
