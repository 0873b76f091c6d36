import { writeFileSync } from 'node:fs';
import { composeSupergraph } from './compose';
import { failCommand } from './failures';

const USAGE = 'usage: npm run compose -- <supergraph.yaml> <supergraph.graphql>';

/** Writes what the subgraphs that the first file names compose to into the second. */
function run([config, output]: readonly string[]): string {
  if (config === undefined || output === undefined) throw new Error(USAGE);
  writeFileSync(output, composeSupergraph(config, process.env).supergraphSdl);
  return `written: ${output}`;
}

try {
  process.stdout.write(`${run(process.argv.slice(2))}\n`);
} catch (err) {
  failCommand(err);
}
