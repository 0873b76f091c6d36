import { SpyhopError } from '@spyhop/platform/errors';

/** A session ends when it was not used for so long … */
export const IDLE_MS = 30 * 86_400_000;
/** … and however much it is used, so long after it began. */
export const LONGEST_MS = 90 * 86_400_000;
/** For so long after its last renewal the token before gets the same answer in the same place: two tabs may ask at once. */
export const GRACE_MS = 10_000;

/** Why a session is over. */
export type EndReason =
  'SIGNED_OUT' | 'ENDED' | 'TOKEN_REUSED' | 'PASSWORD_CHANGED' | 'EMAIL_CHANGED' | 'LOCKED';

/** Where somebody asks from. */
export interface Place {
  /** The network address; empty where unknown. */
  address: string;
  /** As the client names itself, printable and at most 256 characters. */
  userAgent: string;
}

/** Who asks, from where: what a cookie of the device's own tells besides. */
export interface Client extends Place {
  /** SHA-256 of the cookie by which a device is known; null without one. */
  device: Buffer | null;
}

/** Somebody's signed-in device. Times are epoch ms. */
export interface Session extends Place {
  id: string;
  userId: string;
  createdAt: number;
  usedAt: number;
  expiresAt: number;
  endedAt: number | null;
  amr: string[];
  authTime: number;
}

/** Somebody in a session of theirs. */
export interface InSession {
  userId: string;
  sessionId: string;
}

/** For who asks in a session that is over. */
export const sessionEnded = (): SpyhopError =>
  new SpyhopError('SESSION_ENDED', 'The session is over; sign in again.');

/** When a session ends that is used now. */
export const expiryOf = (createdAt: number, now: number): number =>
  Math.min(now + IDLE_MS, createdAt + LONGEST_MS);

export const isAlive = (session: Pick<Session, 'endedAt' | 'expiresAt'>, now: number): boolean =>
  session.endedAt === null && now < session.expiresAt;
