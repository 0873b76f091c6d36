import { Decimal } from 'decimal.js';
import { GraphQLScalarType, Kind, print, valueFromASTUntyped } from 'graphql';
import { z } from 'zod';
import { invalidInput } from './errors';

const DECIMAL_TEXT = /^-?\d{1,40}(\.\d{1,40})?$/;
const Instant = z.iso.datetime({ offset: true });
/** So much of what cannot be read is shown to who sent it, in characters. */
const MOST_SHOWN = 60;

function parseDecimal(value: unknown, given = JSON.stringify(value)): Decimal {
  if (typeof value === 'string' && DECIMAL_TEXT.test(value)) return new Decimal(value);
  throw invalidInput(
    `A Decimal is a string such as "61837.64", not ${given.slice(0, MOST_SHOWN)}.`,
  );
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
  parseValue: (value) => parseDecimal(value),
  parseLiteral: (node) =>
    parseDecimal(node.kind === Kind.STRING ? node.value : undefined, print(node)),
});

function parseInstant(value: unknown, given = JSON.stringify(value)): number {
  const { data } = Instant.safeParse(value);
  if (data !== undefined) return Date.parse(data);
  throw invalidInput(
    `A DateTime is ISO 8601 with a time zone, e.g. "2024-08-09T00:05:04.123Z", not ${given.slice(0, MOST_SHOWN)}.`,
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
  parseValue: (value) => parseInstant(value),
  parseLiteral: (node) =>
    parseInstant(node.kind === Kind.STRING ? node.value : undefined, print(node)),
});

/** JSON of somebody else's making; who takes it in parses it. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value, as it is: what browsers and authenticators say to each other.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
