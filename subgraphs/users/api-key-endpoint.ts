import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { AnswerPost } from '@spyhop/platform/metrics';
import { z } from 'zod';
import type { ApiKeyVerification } from './store/api-key-verification';

/** On the admin port: tells routers whose a key is. */
export const API_KEYS_PATH = '/api-keys/verify';

const Question = z.object({
  key: z.string().max(1_024),
  /** Where it is used from; empty where the router does not say. */
  address: z
    .string()
    .transform((text) => (isIP(text) ? text : ''))
    .default(''),
});

const REFUSED = { status: 401 };
/** To routers 401 and 403 say that a key is nobody's, and they remember it. */
export const NOT_A_ROUTER = { status: 400 };

/** Answers who knows the secret, like a router: `{"key", "address"}` with the key's owner and what it lets do. */
export function answerApiKeys(
  verification: Pick<ApiKeyVerification, 'verify'>,
  secret: string,
): AnswerPost {
  const isRouter = asksWith(secret);
  return async ({ body, headers }) => {
    if (!isRouter(headers)) return NOT_A_ROUTER;
    const question = Question.safeParse(body).data;
    const key = question && (await verification.verify(question.key, question.address));
    if (!key) return REFUSED;
    const { id, userId: subject, scopes, roles, expiresAt } = key;
    const ends = expiresAt === null ? null : new Date(expiresAt).toISOString();
    return {
      status: 200,
      body: { subject, scopes, roles, claims: { key_id: id }, expiresAt: ends },
    };
  };
}

/** Whether who asks knows the secret, found out in the same time for any other. */
export function asksWith(secret: string): (headers: Readonly<Record<string, unknown>>) => boolean {
  const expected = digest(`Bearer ${secret}`);
  return ({ authorization }) => timingSafeEqual(digest(String(authorization)), expected);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
