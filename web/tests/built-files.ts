import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

const DIST = resolve(import.meta.dirname, '../dist');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Answers with a file of the built web, or with its page for addresses that the page resolves. */
export async function serveBuilt(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const file = resolve(join(DIST, pathname));
  const type = TYPES[extname(file)];
  const path = type && file.startsWith(DIST + sep) ? file : join(DIST, 'index.html');
  try {
    const content = await readFile(path);
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    response.end(content);
  } catch {
    response.statusCode = 404;
    response.end('Build the web first: npx vite build web');
  }
}
