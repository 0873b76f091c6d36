import { IDENTITY_HEADER } from '@spyhop/platform/signed-identity';
import { z } from 'zod';
import { section } from './fields';

/** A `token` of RFC 9110, section 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What may stand in a header's value, line breaks never (RFC 9110, section 5.5). */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** They belong to one connection or one message (RFC 9110, sections 6.4, 7.6.1 and 8), or the router writes them. */
const RESERVED = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'expect', 'date'],
  ...['content-length', 'content-type', 'content-encoding', 'accept', 'accept-encoding'],
  ...['traceparent', 'tracestate', 'x-request-id', IDENTITY_HEADER],
]);

const name = z
  .string('must be the name of a header')
  .regex(NAME, 'must be the name of a header')
  .refine((text) => !RESERVED.has(text.toLowerCase()) && !/^sec-websocket-/i.test(text), {
    error: 'belongs to the connection or to the router, and is never passed on',
  });
const value = z.string('must be a text').regex(VALUE, 'must be the value of a header');

const names = z.array(name, 'must be a list').default([]);
const byName = <Value extends z.ZodType>(of: Value) =>
  z.record(name, of, 'must be texts by name').default({} as never);

const rules = {
  forward: names.describe('Headers of clients that subgraphs get: none but these.'),
  rename: byName(name).describe('Headers of clients that subgraphs get under another name.'),
  set: byName(value).describe('Headers with values of their own, above what clients send.'),
  clientAddress: name
    .optional()
    .describe(
      'The header in which subgraphs are told the network address of the client, like x-client-address; whatever clients send in it is dropped.',
    ),
  respond: names.describe(
    'Headers of answers of subgraphs that clients get over HTTP; answers that have them are not shared. What several subgraphs say is a list by the order of their names, equal values once; set-cookie stays apart.',
  ),
};

/** Which headers pass through the router. */
export const headers = section('Headers that pass through the router.', {
  ...rules,
  named: z
    .record(
      z.string(),
      z.strictObject({
        ...rules,
        remove: names.describe('Headers of the above that this subgraph does not get.'),
      }),
      'must be sections by name of a subgraph',
    )
    .default({})
    .describe(
      'What single subgraphs get and give besides, by name; `remove` lists what they do not get of the above.',
    ),
}).superRefine((options, context) => {
  const all = [options, ...Object.values(options.named)];
  const addresses = new Set(all.flatMap(({ clientAddress }) => clientAddress?.toLowerCase() ?? []));
  const others = all.flatMap(({ forward, rename, set }) => [
    ...forward,
    ...Object.values(rename),
    ...Object.keys(set),
  ]);
  const taken = others.find((each) => addresses.has(each.toLowerCase()));
  if (taken === undefined) return;
  const message = `must be a header of its own: ${taken} says something else elsewhere`;
  context.addIssue({ code: 'custom', path: ['clientAddress'], message });
});

export type HeaderOptions = z.output<typeof headers>;
