import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { composeSupergraph } from '../compose';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@inaccessible"])';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spyhop-compose-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

function supergraph(fish: string, birds: string): string {
  write('fish.graphql', `${LINK}\n${fish}`);
  write('birds.graphql', `${LINK}\n${birds}`);
  return write(
    'supergraph.yaml',
    `federation_version: =2.14.4
subgraphs:
  fish:
    routing_url: \${env.FISH_URL:-http://127.0.0.1:1/graphql}
    schema:
      file: ./fish.graphql
  birds:
    routing_url: http://127.0.0.1:2/graphql
    schema:
      file: ./birds.graphql
`,
  );
}

const FISH =
  'type Query { animal: Animal } type Animal @key(fields: "id") { id: ID! fins: Int secret: Int @inaccessible }';
const BIRDS = 'type Animal @key(fields: "id") { id: ID! wings: Int }';

describe('composing the supergraph', () => {
  it('joins the fields of an entity and shows clients none of the plumbing', () => {
    const { supergraphSdl, apiSdl } = composeSupergraph(supergraph(FISH, BIRDS), {});
    expect(supergraphSdl).toContain(
      '@join__graph(name: "fish", url: "http://127.0.0.1:1/graphql")',
    );
    expect(apiSdl).toContain('wings: Int');
    expect(apiSdl).not.toMatch(/join__|secret/);
  });

  it('takes the version as rover does: as a number, or none', () => {
    const file = supergraph(FISH, BIRDS);
    const named = readFileSync(file, 'utf8');
    for (const version of ['federation_version: 2', '']) {
      writeFileSync(file, named.replace(/^federation_version.*/, version));
      expect(composeSupergraph(file, {}).apiSdl).toContain('wings: Int');
    }
  });

  it('takes addresses from the environment', () => {
    const file = supergraph(FISH, BIRDS);
    const { supergraphSdl } = composeSupergraph(file, { FISH_URL: 'http://fish:9/graphql' });
    expect(supergraphSdl).toContain('url: "http://fish:9/graphql"');
  });

  it('names the field and the rule where two subgraphs disagree', () => {
    const file = supergraph(FISH, 'type Animal @key(fields: "id") { id: ID! fins: String }');
    expect(() => composeSupergraph(file, {})).toThrow(/FIELD_TYPE_MISMATCH.*Animal\.fins/);
  });

  it('names the subgraph, file and place of a syntax error', () => {
    const file = supergraph(FISH, 'type Animal {');
    expect(() => composeSupergraph(file, {})).toThrow(/birds: .*birds\.graphql: Syntax Error/);
  });

  it('names the subgraph whose schema file is missing', () => {
    const file = supergraph(FISH, BIRDS);
    rmSync(join(folder, 'birds.graphql'));
    expect(() => composeSupergraph(file, {})).toThrow(/birds: .*no such file/);
  });

  it('names a variable that has neither value nor default', () => {
    const file = write(
      'supergraph.yaml',
      'federation_version: =2.14.4\nsubgraphs: { fish: { routing_url: "${env.FISH_URL}", schema: { file: a } } }',
    );
    expect(() => composeSupergraph(file, {})).toThrow(/FISH_URL is not set/);
  });

  it('names every fault of the file at once', () => {
    const file = write(
      'supergraph.yaml',
      'federation_version: =1\nsubgraphs: { fish: { routing_url: nowhere, schema: {} } }',
    );
    expect(() => composeSupergraph(file, {})).toThrow(
      /federation_version.*\n.*subgraphs\.fish\.routing_url.*\n.*subgraphs\.fish\.schema\.file/,
    );
  });
});
