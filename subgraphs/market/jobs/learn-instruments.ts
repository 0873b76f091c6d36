import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Instrument } from '../rules/instrument';
import type { AssetStore } from '../store/assets';

export interface LearnInstrumentsParts {
  assets: readonly { symbol: string; pair: string }[];
  store: Pick<AssetStore, 'update'>;
  clock: Clock;
  log: Log;
}

/** Keeps with how many digits the exchange quotes each price. */
export function learnInstruments({ assets, store, clock, log }: LearnInstrumentsParts) {
  const symbols = new Map(assets.map(({ pair, symbol }) => [pair, symbol]));
  return (instruments: readonly Instrument[]): void => {
    const learnt = instruments.flatMap(({ pair, priceDecimals }) => {
      const symbol = symbols.get(pair);
      return symbol === undefined || priceDecimals === null ? [] : [{ symbol, priceDecimals }];
    });
    store
      .update(learnt, clock())
      .catch((err: unknown) => log.warn({ err }, 'the digits of prices were not kept'));
  };
}
