import type { Clock } from '@spyhop/platform/clock';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Session } from '../live/session';
import type { AddressOf } from './client-address';
import type { StartOperation } from './connection';
import { JSON_TYPE, type MediaType, RESPONSE_TYPE, acceptedBy } from './accepted';
import { readRequest } from './graphql-request';
import { sendParts } from './incremental';
import { streamOverMultipart } from './multipart';
import { streamOverSse } from './sse';
import { NOT_CACHED } from '../cache/cache-headers';
import type { ClientHeaders } from '../guard/header-rules';
import { isPreflighted } from '../guard/csrf';
import { CREDENTIAL_HEADERS, type Identify } from '../guard/identity';
import type { Answer, Answers, GraphqlRequest, RequestContext } from '../execute/answer';
import { ResponseHeaders } from '../execute/response-headers';
import { planWishOf } from '../plan/shown-plan';

const NOT_PREFLIGHTED =
  'Send content-type: application/json, or the header apollo-require-preflight: 1, which keeps other sites from sending this in a user’s name.';

/** What answers requests, and whose they are. */
export interface GraphqlService {
  answers: Answers;
  identify: Identify;
  /** What subgraphs may get of a client's headers. */
  headersOf: (headers: FastifyRequest['headers'], address: string) => ClientHeaders | null;
  /** Headers of clients that subgraphs may get. */
  forwardedHeaders: readonly string[];
  addressOf: AddressOf;
  /** Starts what is answered in a stream. */
  startOperation: StartOperation;
  isSubscription: (asked: GraphqlRequest) => Promise<boolean>;
  clock: Clock;
  /** Requests in one body. */
  maxBatch: number;
}

/**
 * GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): POST with a JSON body and GET.
 * Who accepts `application/graphql-response+json` learns from the status that a request was refused;
 * with `application/json` the status is 200 as soon as the request is well-formed.
 */
export function serveGraphql(app: FastifyInstance, path: string, service: GraphqlService): void {
  const { maxBatch } = service;
  app.route({
    method: ['GET', 'POST'],
    url: path,
    handler: async (request, reply) => {
      if (!isPreflighted(request.headers)) return refuse(reply, 400, NOT_PREFLIGHTED);
      const { mediaType } = acceptedBy(request.headers.accept);
      if (mediaType === null) return refuse(reply, 406, `Accept ${RESPONSE_TYPE} or ${JSON_TYPE}.`);
      const { body } = request;
      if (!Array.isArray(body)) return answerOne(request, reply, mediaType, service);
      if (body.length > maxBatch || body.length === 0) {
        return refuse(reply, 400, `A batch is 1 to ${maxBatch} requests, not ${body.length}.`);
      }
      return answerBatch(request, reply, body, service);
    },
  });
}

async function answerOne(
  request: FastifyRequest,
  reply: FastifyReply,
  mediaType: MediaType,
  service: GraphqlService,
): Promise<unknown> {
  const asked = await readRequest(request, request.body);
  if ('status' in asked) return refuse(reply, asked.status, asked.message);
  const accepted = acceptedBy(request.headers.accept);
  const asker = askerOf(request, reply, service);
  if (accepted.sse && !asker.planWish?.dryRun) {
    return stream(request, reply, asked, service, streamOverSse);
  }
  if (accepted.multipart && (await service.isSubscription(asked))) {
    return stream(request, reply, asked, service, streamOverMultipart);
  }
  const answer = await service.answers.answer(asked, {
    requestId: request.id,
    ...asker,
    readOnly: request.method === 'GET',
    inParts: accepted.parts,
  });
  void reply.headers(asker.responded.merged()).headers(answer.headers);
  if (answer.rest === null) return send(reply, mediaType, answer, service);
  reply.hijack();
  return sendParts(reply.raw, answer, reply.getHeaders());
}

async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: GraphqlRequest,
  { identify, headersOf, addressOf, startOperation, clock }: GraphqlService,
  over: typeof streamOverSse,
): Promise<void> {
  const { headers } = request;
  const identity = await identify(headers);
  const address = addressOf(request.raw);
  const session = new Session(identity, clock, address, headersOf(headers, address));
  const readOnly = request.method === 'GET';
  reply.hijack();
  over(reply.raw, reply.getHeaders(), (sink) =>
    startOperation({ ...asked, readOnly, requestId: request.id }, sink, session),
  );
}

/** Side by side; each has its own errors. */
async function answerBatch(
  request: FastifyRequest,
  reply: FastifyReply,
  bodies: readonly unknown[],
  service: GraphqlService,
): Promise<FastifyReply> {
  const asked = await Promise.all(bodies.map(async (body) => readRequest(request, body)));
  const bad = asked.find((each) => 'status' in each);
  if (bad && 'status' in bad) return refuse(reply, bad.status, bad.message);
  const context = { requestId: request.id, ...askerOf(request, reply, service) };
  const all = await Promise.all(
    asked.map((each) => service.answers.answer(each as GraphqlRequest, context)),
  );
  return reply
    .headers(context.responded.merged())
    .header('content-type', `${JSON_TYPE}; charset=utf-8`)
    .headers(NOT_CACHED)
    .send(`[${all.map(({ json }) => json).join(',')}]`);
}

type Asker = Required<
  Pick<RequestContext, 'identify' | 'headers' | 'address' | 'onBudget' | 'responded' | 'planWish'>
>;

/** Who asks and for what, and how they are told what is left of their budget: of a batch, after its last request. */
const askerOf = (
  request: FastifyRequest,
  reply: FastifyReply,
  { identify, headersOf, addressOf }: GraphqlService,
): Asker => {
  const address = addressOf(request.raw);
  return {
    identify: () => identify(request.headers),
    headers: headersOf(request.headers, address),
    address,
    onBudget: (headers) => void reply.headers(headers),
    responded: new ResponseHeaders(),
    planWish: planWishOf(request.headers),
  };
};

function send(
  reply: FastifyReply,
  mediaType: MediaType,
  answer: Answer,
  { forwardedHeaders }: GraphqlService,
): FastifyReply {
  const { json, outcome, status } = answer;
  const refusedStatus = outcome === 'refused' && mediaType === RESPONSE_TYPE ? 400 : 200;
  if (status === 405) reply.header('allow', 'POST');
  if (reply.request.method === 'GET') {
    varyBy(reply, 'accept', ...CREDENTIAL_HEADERS, ...forwardedHeaders);
  }
  return reply
    .code(status ?? refusedStatus)
    .header('content-type', `${mediaType}; charset=utf-8`)
    .send(json);
}

/** For caches between us and the client. */
function varyBy(reply: FastifyReply, ...names: string[]): void {
  const known = reply.getHeader('vary');
  reply.header('vary', [...(known === undefined ? [] : [known]), ...names].join(', '));
}

const refuse = (reply: FastifyReply, status: number, message: string): FastifyReply =>
  reply
    .code(status)
    .header('content-type', `${JSON_TYPE}; charset=utf-8`)
    .send({
      errors: [{ message, extensions: { code: 'BAD_REQUEST' } }],
      extensions: { requestId: reply.request.id },
    });
