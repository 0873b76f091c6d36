import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http';
import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { onBehalfOf } from '@spyhop/platform/tracing';
import { Session } from '../live/session';
import type { Sessions } from '../live/sessions';
import type { AddressOf } from './client-address';
import type { StartOperation } from './connection';
import { type Accepted, JSON_TYPE, type MediaType, RESPONSE_TYPE, acceptedBy } from './accepted';
import { readRequest } from './graphql-request';
import { HttpExchange } from './http-exchange';
import { sendParts } from './incremental';
import { streamOverMultipart } from './multipart';
import { readJson, requireJson } from './request-body';
import { RequestFault, failureOf } from './request-fault';
import type { SecurityHeaders } from './security-headers';
import { streamOverSse } from './sse';
import { NOT_CACHED } from '../cache/cache-headers';
import type { ClientHeaders } from '../guard/header-rules';
import { contentTypeOf, isPreflighted } from '../guard/csrf';
import { CREDENTIAL_HEADERS, type Identify } from '../guard/identity';
import { payerOf } from '../guard/payer';
import type { Answer, Answers, GraphqlRequest, RequestContext } from '../execute/answer';
import { ResponseHeaders } from '../execute/response-headers';
import type { WhoPays } from '../plan/operations';
import { planWishOf } from '../plan/shown-plan';

const NOT_PREFLIGHTED =
  'Send content-type: application/json, or the header apollo-require-preflight: 1, which keeps other sites from sending this in a user’s name.';

/** What answers requests, and whose they are. */
export interface GraphqlService {
  answers: Answers;
  identify: Identify;
  /** What subgraphs may get of a client's headers. */
  headersOf: (headers: IncomingHttpHeaders, address: string) => ClientHeaders | null;
  /** Headers of clients that subgraphs may get. */
  forwardedHeaders: readonly string[];
  addressOf: AddressOf;
  /** Starts what is answered in a stream. */
  startOperation: StartOperation;
  /** Those whose answers are streams. */
  sessions: Sessions;
  isSubscription: (asked: GraphqlRequest, payer: WhoPays) => Promise<boolean>;
  clock: Clock;
  maxBodyBytes: number;
  /** Requests in one body. */
  maxBatch: number;
  /** Clients are to close their connections, and ask another router. */
  isStopping: () => boolean;
  log: Log;
}

/**
 * GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): POST with a JSON body and GET.
 * Who accepts `application/graphql-response+json` learns from the status that a request was refused;
 * with `application/json` the status is 200 as soon as the request is well-formed.
 * It stands on Node's server alone: a framework's share of a request that is answered from memory was half of it.
 */
export const graphqlListener =
  (service: GraphqlService, baseHeaders: SecurityHeaders): RequestListener =>
  (request, response) => {
    const http = new HttpExchange(request, response, baseHeaders, service.isStopping);
    onBehalfOf(request.headers, () => void serve(http, service));
  };

async function serve(http: HttpExchange, service: GraphqlService): Promise<void> {
  try {
    await answer(http, service);
  } catch (err) {
    const { request, response, requestId, startedAt } = http;
    // The client went away in the middle of its request, or of the answer.
    if (response.destroyed || response.headersSent) return void response.destroy();
    const { status, body } = failureOf(err, requestId, service.log);
    const ms = performance.now() - startedAt;
    service.answers.refused({ requestId, address: service.addressOf(request), status, ms });
    if (status === 405) http.headers['allow'] = 'GET, POST';
    // What is left of the request is not read any more.
    if (!request.complete) http.headers['connection'] = 'close';
    http.sendJson(status, body);
  }
}

async function answer(http: HttpExchange, service: GraphqlService): Promise<void> {
  const { request } = http;
  const { headers, method } = request;
  const contentType = contentTypeOf(headers);
  if (method === 'POST') requireJson(contentType);
  if (!isPreflighted(contentType, headers)) throw new RequestFault(400, NOT_PREFLIGHTED);
  const accepted = acceptedBy(headers.accept);
  if (!isAcceptable(accepted))
    throw new RequestFault(406, `Accept ${RESPONSE_TYPE} or ${JSON_TYPE}.`);
  const body = method === 'POST' ? await readJson(request, service.maxBodyBytes) : undefined;
  if (Array.isArray(body)) await answerBatch(http, body, service);
  else await answerOne(http, body, accepted, service);
}

/** What a client takes, with a whole answer among it. */
type Acceptable = Accepted & { mediaType: MediaType };

const isAcceptable = (accepted: Accepted): accepted is Acceptable => accepted.mediaType !== null;

async function answerOne(
  http: HttpExchange,
  body: unknown,
  accepted: Acceptable,
  service: GraphqlService,
): Promise<void> {
  const { request, response, requestId } = http;
  const asked = await readRequest(request, body);
  if ('status' in asked) throw new RequestFault(asked.status, asked.message);
  const asker = askerOf(http, service);
  const isDryRun = asker.planWish?.dryRun ?? false;
  if (accepted.sseAlone && !isDryRun) return stream(http, asked, service, streamOverSse);
  const payer: WhoPays = async () => payerOf(await asker.identify(), asker.address);
  if (
    (accepted.sse || accepted.multipart) &&
    !isDryRun &&
    (await service.isSubscription(asked, payer))
  ) {
    return stream(http, asked, service, accepted.sse ? streamOverSse : streamOverMultipart);
  }
  const readOnly = request.method === 'GET';
  const statusOf = statusFor(accepted.mediaType);
  const context = { requestId, ...asker, readOnly, inParts: accepted.parts, statusOf };
  const answered = await service.answers.answer(asked, context);
  Object.assign(http.headers, asker.responded.merged(), answered.headers);
  return answered.rest === null
    ? send(http, accepted.mediaType, answered, service)
    : sendParts(response, answered, http.headers);
}

async function stream(
  { request, response, requestId, headers }: HttpExchange,
  asked: GraphqlRequest,
  { identify, headersOf, addressOf, startOperation, sessions, clock }: GraphqlService,
  over: typeof streamOverSse,
): Promise<void> {
  const address = addressOf(request);
  const identity = await identify(request.headers, address);
  const session = new Session(identity, clock, address, headersOf(request.headers, address));
  const readOnly = request.method === 'GET';
  over(response, headers, (sink) => {
    const { leave } = startOperation({ ...asked, readOnly, requestId }, sink, session);
    const leaveSessions = sessions.enter(session, () => undefined);
    return () => {
      leaveSessions();
      leave();
    };
  });
}

/** Side by side; each has its own errors. */
async function answerBatch(
  http: HttpExchange,
  bodies: readonly unknown[],
  service: GraphqlService,
): Promise<void> {
  const { request, requestId } = http;
  const { answers, maxBatch } = service;
  if (bodies.length > maxBatch || bodies.length === 0) {
    throw new RequestFault(400, `A batch is 1 to ${maxBatch} requests, not ${bodies.length}.`);
  }
  const asked = await Promise.all(bodies.map(async (body) => readRequest(request, body)));
  const bad = asked.find((each) => 'status' in each);
  if (bad && 'status' in bad) throw new RequestFault(bad.status, bad.message);
  const statusOf = () => 200;
  const context = { requestId, ...askerOf(http, service), statusOf };
  const all = await Promise.all(
    asked.map((each) => answers.answer(each as GraphqlRequest, context)),
  );
  Object.assign(http.headers, context.responded.merged(), NOT_CACHED);
  http.send(200, `${JSON_TYPE}; charset=utf-8`, `[${all.map(({ json }) => json).join(',')}]`);
}

type Asker = Required<
  Pick<RequestContext, 'identify' | 'headers' | 'address' | 'onBudget' | 'responded' | 'planWish'>
>;

/** Who asks and for what, and how they are told what is left of their budget: of a batch, after its last request. */
const askerOf = (
  { request, headers }: HttpExchange,
  { identify, headersOf, addressOf }: GraphqlService,
): Asker => {
  const address = addressOf(request);
  return {
    identify: () => identify(request.headers, address),
    headers: headersOf(request.headers, address),
    address,
    onBudget: (told) => void Object.assign(headers, told),
    responded: new ResponseHeaders(),
    planWish: planWishOf(request.headers),
  };
};

function send(
  http: HttpExchange,
  mediaType: MediaType,
  answer: Answer,
  { forwardedHeaders }: GraphqlService,
): void {
  const status = statusFor(mediaType)(answer);
  if (status === 405) http.headers['allow'] = 'POST';
  if (isGet(http.request)) http.varyBy(['accept', ...CREDENTIAL_HEADERS, ...forwardedHeaders]);
  http.send(status, `${mediaType}; charset=utf-8`, answer.json);
}

const statusFor =
  (mediaType: MediaType) =>
  ({ status, outcome }: Pick<Answer, 'status' | 'outcome'>): number =>
    status ?? (outcome === 'refused' && mediaType === RESPONSE_TYPE ? 400 : 200);

const isGet = ({ method }: IncomingMessage): boolean => method === 'GET';
