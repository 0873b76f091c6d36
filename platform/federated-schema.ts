import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isInputObjectType,
  isObjectType,
  parse,
  valueFromAST,
} from 'graphql';
import {
  type BuildSchemaOptions,
  type PubSub,
  buildSchema,
  createResolversMap,
} from 'type-graphql';
import { nameAllowedValues } from './allowed-values';
import { LIVE_DIRECTIVES } from './live-directives';

const FEDERATION_LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@tag", "@inaccessible", "@override", "@composeDirective", "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize"])

`;

/** type-graphql asks for one, but every subscription here brings its own stream over LiveEvents. */
const UNUSED: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('Subscriptions of subgraphs bring their own stream.');
  },
};

const LIVE_DIRECTIVE = /@(?:conflate|replayLast|resumable|splitBy)\b/;

/** Finds the entity a representation names; null when there is none. */
export type ReferenceResolver<Reference, Context> = (
  reference: Reference,
  context: Context,
  info: GraphQLResolveInfo,
) => unknown;

type ResolverMap = Parameters<typeof buildSubgraphSchema>[0] extends infer Modules
  ? Modules extends { resolvers?: infer Resolvers }
    ? NonNullable<Resolvers>
    : never
  : never;

/** Turns type-graphql classes into a Federation 2 subgraph; `sdl` is what composition reads. */
export async function buildFederatedSchema<Context>(
  options: BuildSchemaOptions,
  references: Record<string, ReferenceResolver<never, Context>>,
): Promise<{ schema: GraphQLSchema; sdl: string }> {
  const plain = await buildSchema({ pubSub: UNUSED, ...options, emitSchemaFile: false });
  const resolvers = createResolversMap(plain) as Record<string, Record<string, unknown>>;
  for (const [type, resolveReference] of Object.entries(references)) {
    resolvers[type] = { ...resolvers[type], __resolveReference: resolveReference };
  }
  for (const type of Object.values(plain.getTypeMap())) {
    if (isAbstractType(type)) resolvers[type.name] = { __resolveType: nameOfClass };
  }
  const types = withoutEmptyRoot(printSchemaWithDirectives(plain));
  const live = LIVE_DIRECTIVE.test(types) ? `${LIVE_DIRECTIVES}\n` : '';
  const sdl = `${FEDERATION_LINK}${live}${types}\n`;
  const schema = buildSubgraphSchema({
    typeDefs: parse(sdl),
    resolvers: resolvers as ResolverMap,
  });
  readDefaultsAgain(schema);
  nameAllowedValues(schema);
  return { schema, sdl };
}

/** type-graphql's own answer is a promise, which compiled operations do not wait for. */
const nameOfClass = (value: object): string => value.constructor.name;

/** A subgraph that only adds fields to entities has no query of its own. */
const withoutEmptyRoot = (sdl: string): string =>
  sdl.replace(/^schema \{[^}]*\}\n\n/, '').replace(/\n\ntype Query$/m, '');

/** Defaults were read from the SDL before resolvers gave enums their inner values. */
function readDefaultsAgain(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) Object.values(type.getFields()).forEach(readDefaultAgain);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) field.args.forEach(readDefaultAgain);
  }
}

function readDefaultAgain(input: GraphQLArgument | GraphQLInputField): void {
  if (input.astNode?.defaultValue) {
    input.defaultValue = valueFromAST(input.astNode.defaultValue, input.type);
  }
}
