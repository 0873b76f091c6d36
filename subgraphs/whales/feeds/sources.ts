import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { WhaleFeedConfig } from './config';
import type { Source } from './source';
import { createRestSource } from './whale-alert/rest-source';
import { createSocketSource } from './whale-alert/socket-source';

/** The live sources that are configured; add a new one here. None where only the simulation is wanted. */
export function liveSources(
  { source, minUsd, whaleAlert }: WhaleFeedConfig,
  { clock, log }: { clock: Clock; log: Log },
): Source[] {
  if (source === 'simulated' || whaleAlert === null) return [];
  const { key, api, socketHost, restHost, everyMs } = whaleAlert;
  return [
    api === 'v1'
      ? createRestSource({ host: restHost, key, minUsd, everyMs, clock, log })
      : createSocketSource({ host: socketHost, key, minUsd, log }),
  ];
}
