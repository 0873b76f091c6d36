import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';

/** How one field is asked for. */
export interface Probe {
  /** `Type.field`. */
  field: string;
  /** The operation; null where only mutations and subscriptions lead there. */
  query: string | null;
  /** Keys from the answer's root to the field, through first elements of lists. */
  path: readonly string[];
  /** All fields on the way there, `field` the last of them. */
  fields: readonly string[];
  isLive: boolean;
}

/**
 * What arguments are given by name, or by field and name as `field.argument`, of things that are the owner's;
 * others get a value of their type.
 */
export type SampleArguments = Readonly<Record<string, string>>;

type Field = GraphQLField<unknown, unknown>;
interface Step {
  field: string;
  name: string;
  text: string;
}

const NO_LEAF = ' { __typename }';

/** One probe of each field of each type, roots first. */
export function probesOf(schema: GraphQLSchema, samples: SampleArguments): Probe[] {
  const routes = routesOf(schema, samples);
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  );
  const live = schema.getSubscriptionType();
  const roots = [schema.getQueryType(), schema.getMutationType(), live];
  return types.flatMap((type) =>
    Object.values(type.getFields()).map((field): Probe => {
      const route = roots.includes(type) ? [] : routes.get(type.name);
      const name = `${type.name}.${field.name}`;
      const last = stepOf(
        type,
        field,
        samples,
        isLeafType(getNamedType(field.type)) ? '' : NO_LEAF,
      );
      const kind = type === live ? 'subscription' : type.name === 'Mutation' ? 'mutation' : 'query';
      return {
        field: name,
        query: route ? `${kind} ${nest([...route, last])}` : null,
        path: [...(route ?? []), last].map((step) => step.name),
        fields: [...(route ?? []), last].map((step) => step.field),
        isLive: type === live,
      };
    }),
  );
}

/** The shortest way to each type that queries lead to. */
function routesOf(schema: GraphQLSchema, samples: SampleArguments): Map<string, Step[]> {
  const query = schema.getQueryType();
  const routes = new Map<string, Step[]>();
  const waiting: [GraphQLObjectType, Step[]][] = query ? [[query, []]] : [];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [type, route] = next;
    for (const field of easiestFirst(type)) {
      const target = getNamedType(field.type);
      if (!isObjectType(target) || isUnionType(target) || routes.has(target.name)) continue;
      const way = [...route, stepOf(type, field, samples, '')];
      routes.set(target.name, way);
      waiting.push([target, way]);
    }
  }
  return routes;
}

/** Where several fields lead to a type, these lead to something that is there. */
const BEST = ['me', 'asset', 'assets'];

const easiestFirst = (type: GraphQLObjectType): Field[] =>
  Object.values(type.getFields()).sort(
    (a, b) => Number(BEST.includes(b.name)) - Number(BEST.includes(a.name)),
  );

const nest = ([step, ...rest]: readonly Step[]): string =>
  step ? `{ ${step.text}${rest.length > 0 ? ` ${nest(rest)}` : ''} }` : '';

function stepOf(
  { name: type }: GraphQLObjectType,
  field: Field,
  samples: SampleArguments,
  selection: string,
): Step {
  const args = field.args.flatMap((arg) => {
    const own = samples[`${field.name}.${arg.name}`];
    if (own !== undefined) return [`${arg.name}: ${own}`];
    const isGiven = isRequiredArgument(arg) || arg.name in samples;
    return isGiven ? [`${arg.name}: ${valueOf(arg, samples)}`] : [];
  });
  const text = `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${selection}`;
  return { field: `${type}.${field.name}`, name: field.name, text };
}

const valueOf = ({ name, type }: GraphQLArgument, samples: SampleArguments): string =>
  literal(name, type, samples);

function literal(name: string, type: GraphQLInputType, samples: SampleArguments): string {
  if (isNonNullType(type)) return literal(name, type.ofType, samples);
  if (isListType(type)) return `[${literal(name, type.ofType, samples)}]`;
  const sample = samples[name];
  if (sample !== undefined) return sample;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return `{ ${fields.map((field) => `${field.name}: ${literal(field.name, field.type, samples)}`).join(', ')} }`;
  }
  return { Int: '1', Float: '1', Boolean: 'false' }[type.name] ?? '"x"';
}
