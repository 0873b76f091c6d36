import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { ConfigError } from '@spyhop/platform/config';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SecurityHeaders } from './security-headers';

/** Names with a hash of the content in them, as bundlers write them: index-B4x1_aQ2.js */
const HASHED = /[.-][\w-]{8,}\.\w+(?:\.\w+)?$/;
const FOREVER = 'public, max-age=31536000, immutable';
const ASK_FIRST = 'no-cache';

/** Throws ConfigError for a folder that holds no app. */
export async function checkApp(folder: string): Promise<void> {
  const index = await stat(join(folder, 'index.html')).catch(() => undefined);
  if (!index?.isFile()) throw new ConfigError([`ROUTER_WEB_FOLDER: ${folder} has no index.html`]);
}

/** Serves a built single-page app at /; addresses that are no file get its index.html. */
export async function serveStaticApp(
  app: FastifyInstance,
  folder: string,
  security: SecurityHeaders,
): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    prefix: '/',
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      void reply.headers(security);
      void reply.header('cache-control', isHashed(path) ? FOREVER : ASK_FIRST);
      void reply.header('vary', 'accept-encoding');
    },
  });
  app.setNotFoundHandler((request, reply) =>
    isPage(request) ? reply.sendFile('index.html') : notFound(request, reply),
  );
}

/** Says so in JSON. */
export const notFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.code(404).send({
    errors: [
      {
        message: `There is nothing at ${request.method} ${request.url.split('?', 1)[0]}.`,
        extensions: { code: 'NOT_FOUND' },
      },
    ],
  });

const isHashed = (path: string): boolean => path.includes('/assets/') && HASHED.test(path);

const isPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  extname(url.split('?', 1)[0] ?? '') === '' &&
  (headers.accept ?? '').includes('text/html');
