import type { IncomingMessage } from 'node:http';
import { parseRequestParams } from 'graphql-http';
import type { GraphqlRequest } from '../execute/answer';
import { isObject } from '../execute/data';
import { addressWithText, withText } from './hash-alone';

/** Why something is no GraphQL request. */
export interface Refusal {
  status: number;
  message: string;
}

type Read = GraphqlRequest | Refusal;

const PLAIN_JSON = new Set(['application/json', 'application/json; charset=utf-8']);

/** Reads one request: the body, one of a batch, or what the URL says. */
export function readRequest(request: IncomingMessage, body: unknown): Read | Promise<Read> {
  if (!isWellFormed(request, body)) return readAny(request, body);
  const { query, operationName, variables, extensions } = body;
  return { query, operationName, variables, extensions };
}

/** What most clients send; what else there is, and what is wrong with it, the library knows. */
function isWellFormed({ method, headers }: IncomingMessage, body: unknown): body is GraphqlRequest {
  if (method !== 'POST' || !isObject(body) || !PLAIN_JSON.has(headers['content-type'] ?? '')) {
    return false;
  }
  const { query, operationName, variables, extensions } = body;
  return (
    typeof query === 'string' &&
    (operationName == null || typeof operationName === 'string') &&
    (variables == null || isObject(variables)) &&
    (extensions == null || isObject(extensions))
  );
}

async function readAny(request: IncomingMessage, body: unknown): Promise<Read> {
  const { method = '', url = '', headers } = request;
  try {
    const parameters = await parseRequestParams({
      method,
      url: addressWithText(url),
      headers: { ...headers, get: undefined },
      body: withText(body) as never,
      raw: request,
      context: undefined,
    });
    if (!Array.isArray(parameters)) return parameters as GraphqlRequest;
    const [, { status, statusText }] = parameters as [unknown, Refusal & { statusText: string }];
    return { status, message: statusText };
  } catch (err) {
    return { status: 400, message: err instanceof Error ? `${err.message}.` : String(err) };
  }
}
