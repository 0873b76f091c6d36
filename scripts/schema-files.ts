import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { emitSdl as analyticsSdl } from '@spyhop/analytics/emit-schema';
import { emitSdl as marketSdl } from '@spyhop/market/emit-schema';
import { referenceText, schemaText } from '@spyhop/router/config/reference';
import { emitSdl as usersSdl } from '@spyhop/users/emit-schema';
import { emitSdl as whalesSdl } from '@spyhop/whales/emit-schema';
import { Kind, parse } from 'graphql';
import { composeSupergraph } from './compose';

/** A generated file: where it belongs and what it must say. */
interface GeneratedFile {
  path: string;
  text: string;
  /** Committed files are read in review; the others are made anew by every build. */
  committed: boolean;
}

/** A subgraph's SDL as its code says it, by folder. Add a subgraph here. */
const SUBGRAPHS: Record<string, () => Promise<string>> = {
  market: marketSdl,
  analytics: analyticsSdl,
  users: usersSdl,
  whales: whalesSdl,
};

/** Writes every schema file, as `npm run schema` does. Returns the ones that changed. */
export async function writeSchemaFiles(root: string): Promise<string[]> {
  const files = [
    ...write(await subgraphFiles(root)),
    ...write(composedFiles(root)),
    ...write(configFiles(root)),
  ];
  return files.map((path) => relative(root, path));
}

/** Composes what is committed, and returns the committed files that the code has moved away from. */
export async function checkSchemaFiles(root: string): Promise<string[]> {
  const subgraphs = await subgraphFiles(root);
  const composed = composedFiles(root);
  write(composed.filter(({ committed }) => !committed));
  return [...subgraphs, ...composed, ...configFiles(root)]
    .filter((file) => file.committed && isStale(file))
    .map(({ path }) => relative(root, path));
}

async function subgraphFiles(root: string): Promise<GeneratedFile[]> {
  return Promise.all(
    Object.entries(SUBGRAPHS).map(async ([name, emit]) => ({
      path: join(root, 'subgraphs', name, 'schema.graphql'),
      text: withFinalNewline(await emit()),
      committed: true,
    })),
  );
}

function composedFiles(root: string): GeneratedFile[] {
  // Committed files must not depend on the environment they were made in.
  const { supergraphSdl, apiSdl } = composeSupergraph(join(root, 'supergraph.yaml'), {});
  return [
    {
      path: join(root, 'supergraph.graphql'),
      text: withFinalNewline(supergraphSdl),
      committed: true,
    },
    { path: join(root, 'api.graphql'), text: apiSdl, committed: false },
    {
      path: join(root, 'subgraphs/users/graph-fields.json'),
      text: fieldsText(apiSdl),
      committed: true,
    },
  ];
}

/** The fields that clients see, by their types: the users subgraph explains who may have them. */
function fieldsText(apiSdl: string): string {
  const types = parse(apiSdl).definitions.flatMap((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION
      ? [[type.name.value, (type.fields ?? []).map(({ name }) => name.value).join(' ')]]
      : [],
  );
  return `${JSON.stringify(Object.fromEntries(types), null, 2)}\n`;
}

const configFiles = (root: string): GeneratedFile[] => [
  { path: join(root, 'router/router.schema.json'), text: schemaText(), committed: true },
  { path: join(root, 'router/router.yaml'), text: referenceText(), committed: true },
];

function write(files: readonly GeneratedFile[]): string[] {
  const stale = files.filter(isStale);
  for (const { path, text } of stale) writeFileSync(path, text);
  return stale.map(({ path }) => path);
}

const isStale = ({ path, text }: GeneratedFile): boolean =>
  !existsSync(path) || readFileSync(path, 'utf8') !== text;

const withFinalNewline = (text: string): string => `${text.trimEnd()}\n`;
