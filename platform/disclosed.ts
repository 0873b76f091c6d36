import { hash } from 'node:crypto';
import { z } from 'zod';

/** The claim of each disclosure: what is said of one request. */
export const REQUEST_CLAIM = 'request';

const Disclosure = z.tuple([
  z.string(),
  z.literal(REQUEST_CLAIM),
  z.looseObject({ aud: z.string(), sub: z.string() }),
]);
const Signed = z.object({ _sd: z.array(z.string()) });

const PRESENTATION = /^([\w.-]+)~([\w-]+)~$/;

/** What is said of one request, among what one signature says of many. */
export type Statement = z.infer<typeof Disclosure>[2];

/** As the signed part of an SD-JWT (RFC 9901) names a disclosure. */
export const digestOfDisclosure = (disclosure: string): string =>
  hash('sha256', disclosure, 'base64url');

/** The signed part of an SD-JWT and its one disclosure; null for anything else. */
export function partsOf(presentation: string): { jwt: string; disclosure: string } | null {
  const [, jwt, disclosure] = PRESENTATION.exec(presentation) ?? [];
  return jwt === undefined || disclosure === undefined ? null : { jwt, disclosure };
}

/** What a disclosure says; null for one that the payload was not signed for, or that says something else. */
export function statementIn(payload: object, disclosure: string): Statement | null {
  const signed = Signed.safeParse(payload);
  if (!signed.success || !signed.data._sd.includes(digestOfDisclosure(disclosure))) return null;
  const said = Disclosure.safeParse(JSON.parse(Buffer.from(disclosure, 'base64url').toString()));
  return said.success ? said.data[2] : null;
}
