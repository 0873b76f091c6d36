import { expect } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import { parse, print, validate } from 'graphql';
import type { PathError } from '../../execute/errors';
import { Authorisation, type EvaluatePolicies, refuseAllPolicies } from '../../guard/authorise';
import type { Identity } from '../../guard/identity';
import type { LoadedSupergraph } from '../../supergraph/load';
import { library } from './library';

const log = createLog({ name: 'test', level: 'silent' });

/** Somebody who is signed in. */
export const identity = (...scopes: string[]): Identity => ({
  subject: 'ann',
  scopes: new Set(scopes),
  roles: new Set(['reader']),
  claims: {},
  expiresAt: null,
});

interface Case {
  who?: Identity | null;
  variables?: Record<string, unknown>;
  policies?: EvaluatePolicies;
  unauthorised?: 'cut' | 'refuse';
  graph?: LoadedSupergraph;
}

const shared = library();

export const authorisation = ({
  policies = refuseAllPolicies,
  unauthorised = 'cut',
  graph = shared,
}: Case = {}): Authorisation => new Authorisation(graph, { unauthorised, policies, log });

/** What may be run of a document, on one line, and the errors; anonymous unless somebody is given. */
export async function authorised(
  query: string,
  given: Case = {},
): Promise<{ left: string | null; errors: readonly PathError[] }> {
  const { apiSchema } = given.graph ?? shared;
  const document = parse(query);
  expect(validate(apiSchema, document)).toEqual([]);
  const asked = authorisation(given);
  const requirements = asked.requirementsOf(document);
  if (!requirements) return { left: 'all, for everybody', errors: [] };
  const decision = await asked.decide(requirements, given.who ?? null);
  const outcome = asked.authorise(document, decision).outcome({ ...given.variables });
  if (outcome.document) expect(validate(apiSchema, outcome.document)).toEqual([]);
  return { left: outcome.document && oneLine(print(outcome.document)), errors: outcome.errors };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

export const pathsOf = (errors: readonly PathError[]) => errors.map(({ path }) => path);
export const codesOf = (errors: readonly PathError[]) =>
  errors.map(({ extensions }) => extensions.code);
