import { z } from 'zod';

/** A whole number of at least `least`. */
export const whole = (least: number) =>
  z
    .number('must be a number')
    .int('must be a whole number')
    .min(least, `must be at least ${least}`);

/** A whole number above 0. */
export const count = (fallback: number, description: string) =>
  whole(1).default(fallback).describe(description);

/** What the clocks of Node can wait for: 24 days. */
const MOST_MS = 2 ** 31 - 1;

/** A time above 0. */
export const milliseconds = (fallback: number, description: string) =>
  whole(1).max(MOST_MS, `must be at most ${MOST_MS}`).default(fallback).describe(description);

/** An address of HTTP. */
export const address = z.url({
  protocol: /^https?$/,
  error: 'must be an address like http://host:port/path',
});

/** A list of words, empty unless given. */
export const words = (description: string) =>
  z.array(z.string(), 'must be a list').default([]).describe(description);

/**
 * For checks that look at several keys: they are made although other keys have faults, which are named
 * together. What they look at may have any value then.
 */
export const always = {
  when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
};

/** A part of the configuration; a key that is none of its is a fault. */
export const section = <Shape extends z.ZodRawShape>(description: string, shape: Shape) =>
  z
    .strictObject(shape, { error: (issue) => explainSection(issue.code) })
    .prefault({} as never)
    .describe(description);

const explainSection = (code: string | undefined): string | undefined =>
  code === 'invalid_type' ? 'must be a section with keys of its own' : undefined;
