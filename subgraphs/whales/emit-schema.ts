import { buildWhalesSchema } from './graphql/schema';

/** The subgraph's SDL as committed in schema.graphql and read by composition. */
export async function emitSdl(): Promise<string> {
  return (await buildWhalesSchema()).sdl;
}
