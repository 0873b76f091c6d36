import { randomUUID } from 'node:crypto';

const USABLE = /^[\w.:-]{8,128}$/;

/** The id that the caller gave the request, or a new one. */
export const requestIdOf = (given: string | string[] | undefined): string =>
  typeof given === 'string' && USABLE.test(given) ? given : randomUUID();
