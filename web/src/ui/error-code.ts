import { CombinedGraphQLErrors } from '@apollo/client';

/** What a failed request says about itself. */
export interface Failure {
  /** As docs/errors.md lists them, or `UNREACHABLE` when no answer came; `PASSKEY_…` is the browser's. */
  code: string;
  message: string;
  /** Which argument is wrong, where one is. */
  argument: string | null;
  /** In how many seconds it may be tried again, where that is known. */
  retryAfterS: number | null;
}

/** How browsers say that a passkey did not come about (WebAuthn Level 3, sections 5.1.3 and 5.1.4). */
const BROWSER_CODES: Readonly<Record<string, string>> = {
  NotAllowedError: 'PASSKEY_CANCELLED',
  AbortError: 'PASSKEY_CANCELLED',
  InvalidStateError: 'PASSKEY_KNOWN',
  NotSupportedError: 'PASSKEY_UNSUPPORTED',
  SecurityError: 'PASSKEY_UNSUPPORTED',
};

const browserCode = (error: unknown) =>
  error instanceof Error ? BROWSER_CODES[error.name] : undefined;
const textOr = <T>(value: unknown, other: T) => (typeof value === 'string' ? value : other);

/** Reads what a failed request says. */
export function failureOf(error: unknown): Failure {
  const [first] = CombinedGraphQLErrors.is(error) ? error.errors : [];
  if (!first) {
    const code = browserCode(error) ?? 'UNREACHABLE';
    return { code, message: '', argument: null, retryAfterS: null };
  }
  const { code, argument, retryAfterS } = first.extensions ?? {};
  return {
    code: textOr(code, 'INTERNAL'),
    message: first.message,
    argument: textOr(argument, null),
    retryAfterS: typeof retryAfterS === 'number' ? retryAfterS : null,
  };
}

/** The code of a failed request as docs/errors.md lists them, or `UNREACHABLE` when no answer came. */
export function errorCode(error: unknown): string {
  return failureOf(error).code;
}

/** What people are told by code; for other codes the server's own sentence says it best. */
const SENTENCES: Readonly<Record<string, string>> = {
  UNREACHABLE: 'The server did not answer. Nothing was changed; try again.',
  INTERNAL: 'The server answered with an error. Try again in a moment.',
  UPSTREAM_UNAVAILABLE: 'A part of the server is away. Try again in a moment.',
  UNAUTHENTICATED: 'Your session is over. Sign in again.',
  SESSION_ENDED: 'Your session is over. Sign in again.',
  REAUTHENTICATION_REQUIRED: 'This needs a fresh proof of who you are.',
  FORBIDDEN: 'You may not do this.',
  CHALLENGE_INVALID: 'This took too long, or was done already. Begin again.',
  PASSKEY_CANCELLED: 'No passkey was used: it was cancelled, or took too long.',
  PASSKEY_KNOWN: 'This device has a passkey for your account already.',
  PASSKEY_UNSUPPORTED: 'This browser or this address cannot use passkeys.',
  LINK_INVALID: 'This link was used, replaced or is too old. Ask for a new one.',
};

function waitingTime(seconds: number): string {
  return seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

/** A failed request in a sentence or two, for the person who asked. */
export function explain(error: unknown): string {
  const { code, message, retryAfterS } = failureOf(error);
  if (code === 'RATE_LIMITED' && retryAfterS !== null) {
    return `Too many attempts. Try again in ${waitingTime(retryAfterS)}.`;
  }
  return SENTENCES[code] ?? message;
}
