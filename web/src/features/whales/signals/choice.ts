import { openLocalStore, useLocalStore } from '../../../ui/local-store';
import { SIZES } from '../sizes';

/** Whether and from which worth on whales make themselves noticed in this browser. */
export interface SignalChoice {
  sound: boolean;
  notification: boolean;
  /** Whole USD as decimal digits. */
  minUsd: string;
}

const DEFAULT_MIN_USD = '10000000';

/** Reads what was kept; anything that makes no sense is off. */
export function parseSignalChoice(found: unknown): SignalChoice {
  const fields: Partial<Record<keyof SignalChoice, unknown>> =
    typeof found === 'object' && found !== null ? found : {};
  return {
    sound: fields.sound === true,
    notification: fields.notification === true,
    minUsd: SIZES.find(({ value }) => value === fields.minUsd)?.value ?? DEFAULT_MIN_USD,
  };
}

const store = openLocalStore('spyhop.whale-signals', parseSignalChoice);

/** What is chosen in this browser; re-renders when it changes. */
export const useSignalChoice = (): SignalChoice => useLocalStore(store);

/** Changes it, for all tabs. */
export const changeSignalChoice = (change: Partial<SignalChoice>): void =>
  store.set({ ...store.get(), ...change });
