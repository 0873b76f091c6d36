/* A subgraph that has nothing to say, at once. */
import { serveJson } from './http-part.ts';

await serveJson(() => '{"errors":[{"message":"no data"}]}');
