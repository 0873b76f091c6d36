import type { AccessDenied } from '@spyhop/platform/access-denied';
import type { Clock } from '@spyhop/platform/clock';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { LRUCache } from 'lru-cache';

/** Tells that somebody was denied fields, by their coordinates. Nobody waits for it, and it never fails. */
export type TellDenials = (
  coordinates: readonly string[],
  asker: { identity: Identity | null; address: string },
) => void;

export const tellNobody: TellDenials = () => undefined;

/** How denials are told. */
export interface DenialOptions {
  publish: (denial: AccessDenied) => Promise<void>;
  /** Of everybody together, within a minute; more are counted and logged, not told. */
  perMinute: number;
  /** Claims of the identity that are told along. */
  claims: readonly string[];
  clock: Clock;
  log: Log;
}

const MINUTE_MS = 60_000;
/** The same field is told of the same identity and address once in that time, of the last so many. */
const SAME = { max: 10_000, ttl: 10 * MINUTE_MS };
/** Fields of one operation that are told. */
const MOST_FIELDS = 10;
/** That are on their way at a time: a Redis that does not answer holds up no more. */
const MOST_UNDER_WAY = 100;

/**
 * Makes what tells denials of those who are known; who is not is asked to sign in. A flood is told in part, and one
 * line of the log each minute says how many were not.
 */
export function tellDenials({
  publish,
  perMinute,
  claims,
  clock,
  log,
}: DenialOptions): TellDenials {
  const told = new LRUCache<string, true>({ ...SAME, ttlResolution: 0, perf: { now: clock } });
  let minute = { began: -Infinity, told: 0, untold: 0 };
  let underWay = 0;
  const mayTell = (at: number): boolean => {
    if (at - minute.began >= MINUTE_MS) {
      if (minute.untold > 0) log.warn({ untold: minute.untold }, 'denials that were not told');
      minute = { began: at, told: 0, untold: 0 };
    }
    const may = minute.told < perMinute && underWay < MOST_UNDER_WAY;
    minute[may ? 'told' : 'untold'] += 1;
    return may;
  };
  const send = (denial: AccessDenied): void => {
    underWay += 1;
    publish(denial)
      .catch((err: unknown) => log.warn({ err, denial }, 'a denial is only in this log'))
      .finally(() => (underWay -= 1));
  };
  return (coordinates, { identity, address }) => {
    if (!identity) return;
    const at = clock();
    const { subject } = identity;
    const said = pick(identity.claims, claims);
    for (const coordinate of coordinates.slice(0, MOST_FIELDS)) {
      const same = JSON.stringify([subject, said, address, coordinate]);
      if (told.has(same)) continue;
      told.set(same, true);
      if (mayTell(at)) send({ at, coordinate, subject, claims: said, address });
    }
  };
}

const LONGEST_CLAIM = 256;

/** Those of the named claims that are text. */
const pick = (claims: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = claims[name];
      return typeof value === 'string' ? [[name, value.slice(0, LONGEST_CLAIM)]] : [];
    }),
  );
