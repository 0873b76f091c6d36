import { slowdown } from '@spyhop/platform/testkit/own-time';

const IDLE_S = 4;
/** What waits for it to be over has no more patience. */
const MOST_S = 40;

/**
 * For how long something holds that is to end while a test looks on, and not before that has begun, whole seconds, of
 * which one may have partly passed: for longer where beginning takes longer.
 */
export const briefSeconds = (): number => Math.min(MOST_S, Math.ceil(IDLE_S * slowdown()));
