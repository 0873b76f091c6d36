/** For so long after somebody has proved who they are they may change what guards their account. */
export const RECENT_MINUTES = 10;

/** Whether somebody who asks now has proved who they are within so many milliseconds. Times are epoch ms. */
export const isRecent = (
  authTime: number | null,
  { now, withinMs }: { now: number; withinMs: number },
): boolean => authTime !== null && now - authTime <= withinMs;
