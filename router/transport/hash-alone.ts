/**
 * Protocols want the text of an operation in every request. Where the hash of a persisted one stands for it, an
 * empty text goes along, as some clients send it by themselves.
 */
export function withText(request: unknown): unknown {
  if (!isRecord(request) || request['query'] != null) return request;
  const { extensions } = request;
  const hasHash = isRecord(extensions) && extensions['persistedQuery'] != null;
  return hasHash ? { ...request, query: '' } : request;
}

/** The same for the address of a GET request. */
export function addressWithText(url: string): string {
  const parameters = new URLSearchParams(url.split('?')[1]);
  const hasHash = parameters.get('extensions')?.includes('"persistedQuery"') ?? false;
  return hasHash && !parameters.has('query') ? `${url}&query=` : url;
}

/** The same for a message over a WebSocket. */
export const messageWithText = (message: unknown): unknown =>
  isRecord(message) && message['type'] === 'subscribe'
    ? { ...message, payload: withText(message['payload']) }
    : message;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
