import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What makes a router read that configuration. */
export async function inFile(yaml: string): Promise<NodeJS.ProcessEnv> {
  const file = join(await mkdtemp(join(tmpdir(), 'router-config-')), 'router.yaml');
  await writeFile(file, yaml);
  return { ROUTER_CONFIG: file };
}
