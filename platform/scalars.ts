import { Decimal } from 'decimal.js';
import { GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';
import { invalidInput } from './errors';

const DECIMAL_TEXT = /^-?\d{1,40}(\.\d{1,40})?$/;
const INSTANT_TEXT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

function parseDecimal(value: unknown): Decimal {
  if (typeof value === 'string' && DECIMAL_TEXT.test(value)) return new Decimal(value);
  throw invalidInput(`A Decimal is a string such as "61837.64", not ${JSON.stringify(value)}.`);
}

function serializeDecimal(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Decimal) return value.toFixed();
  throw new TypeError(`not a Decimal: ${typeof value}`);
}

/** Exact decimal numbers: text on the wire and inside, or decimal.js where something was calculated. */
export const DecimalScalar = new GraphQLScalarType<Decimal, string>({
  name: 'Decimal',
  description:
    'An exact decimal number, written as a string so that no digit is lost, e.g. "61837.64".',
  serialize: serializeDecimal,
  parseValue: parseDecimal,
  parseLiteral: (node) => parseDecimal(node.kind === Kind.STRING ? node.value : undefined),
});

function parseInstant(value: unknown): number {
  const time = typeof value === 'string' && INSTANT_TEXT.test(value) ? Date.parse(value) : NaN;
  if (Number.isFinite(time)) return time;
  throw invalidInput(
    `A DateTime is ISO 8601 with a time zone, e.g. "2024-08-09T00:05:04.123Z", not ${JSON.stringify(value)}.`,
  );
}

function serializeInstant(value: unknown): string {
  if (typeof value === 'number') return new Date(value).toISOString();
  throw new TypeError(`not epoch milliseconds: ${typeof value}`);
}

/** Instants: epoch milliseconds inside, ISO 8601 in UTC on the wire. */
export const DateTimeScalar = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'An instant in UTC, ISO 8601 with milliseconds, e.g. "2024-08-09T00:05:04.123Z".',
  serialize: serializeInstant,
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
});

/** JSON of somebody else's making; who takes it in parses it. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value, as it is: what browsers and authenticators say to each other.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
