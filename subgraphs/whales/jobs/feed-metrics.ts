import { Counter, type Registry } from 'prom-client';

/** `kept`, `small` for less than is asked for, or `faulty`. */
export type SightingOutcome = 'kept' | 'small' | 'faulty';

export type SightingCounter = Counter<'source' | 'outcome'>;

export const sightingCounter = (registry: Registry): SightingCounter =>
  new Counter({
    name: 'spyhop_whale_sightings_total',
    help: 'Transactions that sources have told of, by what became of them.',
    labelNames: ['source', 'outcome'],
    registers: [registry],
  });
