import { readFileSync } from 'node:fs';
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

const manifestSchema = z.object({
  operations: z.array(z.object({ name: z.string(), body: z.string() })),
});

const DASHBOARD_QUERY = 'FeedStatus';
const POLL_MS = 50;

/** How the dashboard asks for the feed's status, which is answered even where only listed operations are. */
export function feedStatusQuery(manifestFile: string): string {
  const { operations } = manifestSchema.parse(JSON.parse(readFileSync(manifestFile, 'utf8')));
  const listed = operations.find(({ name }) => name === DASHBOARD_QUERY);
  if (listed) return listed.body;
  throw new Error(`${manifestFile} has no ${DASHBOARD_QUERY}`);
}

/** Where and how to ask for the feed's status. */
export interface FeedStatusSource {
  url: string;
  query: string;
}

/** Asks the router until a price newer than `since` (epoch ms) has arrived. */
export async function firstTick(
  source: FeedStatusSource,
  since: number,
  signal: AbortSignal,
): Promise<FeedStatus> {
  for (;;) {
    const status = await feedStatus(source, signal);
    if (status?.newestTickAt && Date.parse(status.newestTickAt) >= since) return status;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** What the dashboard's header says; undefined while nobody can tell. */
export async function feedStatus(
  { url, query }: FeedStatusSource,
  signal: AbortSignal,
): Promise<FeedStatus | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal,
    });
    return answerSchema.safeParse(await response.json()).data?.data.feedStatus;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
