import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { routingUrls } from '../supergraph-config';
import { StackFault } from './fault';

/**
 * Writes the composed supergraph with the subgraphs at this stack's addresses, and returns the file.
 * Addresses are all that a port changes: composing anew would take a second of every start.
 */
export async function supergraphAt(
  root: string,
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const sdl = await readFile(join(root, 'supergraph.graphql'), 'utf8');
  const file = join(dataDir, 'supergraph.graphql');
  await writeFile(file, withRoutingUrls(sdl, routingUrls(join(root, 'supergraph.yaml'), env)));
  return file;
}

/** The supergraph with other addresses. */
export function withRoutingUrls(sdl: string, urls: ReadonlyMap<string, string>): string {
  return sdl.replace(
    /(@join__graph\(name: "([^"]+)", url: )"[^"]*"/g,
    (_, start: string, name: string) => {
      const url = urls.get(name);
      if (url === undefined) throw new StackFault(`supergraph.yaml has no subgraph "${name}"`);
      return `${start}${JSON.stringify(url)}`;
    },
  );
}
