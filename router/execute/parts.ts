import type { GraphQLSchema } from 'graphql';
import type { DeferredPart } from '../plan/deferred';
import { pathOf } from './at';
import { type Draft, type Run, type Target, descend } from './compile-plan';
import { type PathError, completionErrors } from './errors';
import { quote } from './json-text';
import { matchesType } from './rewrites';

const FRAGMENT = '... on ';

interface Finished {
  part: DeferredPart;
  json: string;
}

/**
 * Runs deferred parts side by side and yields each as soon as it is there, as the payloads of
 * incremental delivery that clients know as `deferSpec=20220824`.
 */
export async function* deliverParts(
  parts: readonly DeferredPart[],
  data: Draft['data'],
  run: Run,
  schema: GraphQLSchema,
): AsyncGenerator<string> {
  const underWay = new Map<DeferredPart, Promise<Finished>>();
  const start = (part: DeferredPart): void =>
    void underWay.set(part, runPart(part, data, run, schema));
  parts.forEach(start);
  while (underWay.size > 0) {
    const { part, json } = await Promise.race(underWay.values());
    underWay.delete(part);
    part.parts.forEach(start);
    yield `{"incremental":[${json}],"hasNext":${underWay.size > 0}}`;
  }
}

async function runPart(
  part: DeferredPart,
  data: Draft['data'],
  run: Run,
  schema: GraphQLSchema,
): Promise<Finished> {
  const draft: Draft = { data, errors: [] };
  await part.run([draft], run);
  const payloads = placesOf(part, draft, schema).map((place) => payloadAt(part, place, run));
  return { part, json: payloads.join(',') };
}

function placesOf({ path }: DeferredPart, draft: Draft, schema: GraphQLSchema): readonly Target[] {
  const keys = path.filter((step) => !step.startsWith(FRAGMENT));
  const condition = path.findLast((step) => step.startsWith(FRAGMENT))?.slice(FRAGMENT.length);
  const places = descend([{ draft, at: null, object: draft.data }], keys);
  if (condition === undefined || path.at(-1) !== `${FRAGMENT}${condition}`) return places;
  return places.filter(
    ({ object }) => object['__typename'] === undefined || matchesType(schema, object, condition),
  );
}

function payloadAt(
  { label, projection }: DeferredPart,
  { draft, at, object }: Target,
  { variables }: Run,
): string {
  const path = pathOf(at);
  const { json, faults } = projection?.write(object, variables) ?? { json: '{}', faults: [] };
  const errors = completionErrors(
    draft.errors.filter((error) => isBelow(error, path)),
    faults.map((fault) => [...path, ...fault]),
    draft.nulled,
  );
  const labelled = label === null ? '' : `,"label":${quote(label)}`;
  const failed = errors.length === 0 ? '' : `,"errors":${JSON.stringify(errors)}`;
  return `{"data":${json},"path":${JSON.stringify(path)}${labelled}${failed}}`;
}

const isBelow = ({ path: of = [] }: PathError, path: readonly (string | number)[]): boolean =>
  path.every((step, index) => of[index] === step);
