import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const answerSchema = z.object({
  data: z.object({
    feedStatus: z.object({
      source: z.string(),
      newestTickAt: z.iso.datetime().nullable(),
      message: z.string(),
    }),
  }),
});

export type FeedStatus = z.infer<typeof answerSchema>['data']['feedStatus'];

const QUERY = '{ feedStatus { source newestTickAt message } }';
const POLL_MS = 50;

/** Asks the router until a price newer than `since` (epoch ms) has arrived. */
export async function firstTick(
  url: string,
  since: number,
  signal: AbortSignal,
): Promise<FeedStatus> {
  for (;;) {
    const status = await feedStatus(url, signal);
    if (status?.newestTickAt && Date.parse(status.newestTickAt) >= since) return status;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** What the dashboard's header says; undefined while nobody can tell. */
export async function feedStatus(
  url: string,
  signal: AbortSignal,
): Promise<FeedStatus | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY }),
      signal,
    });
    return answerSchema.safeParse(await response.json()).data?.data.feedStatus;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
