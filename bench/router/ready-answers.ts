/* What a cache cannot beat: the same bytes, ready to be sent. */
import { readFileSync } from 'node:fs';
import { serveJson } from './http-part.ts';

const answer = readFileSync(process.argv[2] ?? '');

await serveJson(() => answer);
