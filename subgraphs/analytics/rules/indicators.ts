import { type Close, CloseSeries, type Indicator, SERIES, type SeriesInterval } from './closes';
import { Trend } from './trend';
import { RollingVolatility, VOLATILITY_WINDOWS, type VolatilityWindow } from './volatility';

const WINDOWS = Object.keys(VOLATILITY_WINDOWS) as VolatilityWindow[];

/** All indicators of one asset, kept current close by close. */
class AssetIndicators {
  private readonly volatilities = new Map(
    WINDOWS.map((window) => [window, new RollingVolatility(window)]),
  );
  private readonly minuteTrend = new Trend();
  private readonly series = new Map<SeriesInterval, CloseSeries>();

  constructor(readonly dataset: number) {}

  add(interval: SeriesInterval, closes: readonly Close[]): void {
    let series = this.series.get(interval);
    if (series === undefined) {
      series = new CloseSeries(SERIES[interval].kept, this.over(interval));
      this.series.set(interval, series);
    }
    series.add(closes);
  }

  volatility(window: VolatilityWindow): number | null {
    return this.volatilities.get(window)?.value() ?? null;
  }

  trend(): number | null {
    return this.minuteTrend.value();
  }

  private over(interval: SeriesInterval): Indicator[] {
    const volatilities = [...this.volatilities]
      .filter(([window]) => VOLATILITY_WINDOWS[window].interval === interval)
      .map(([, volatility]) => volatility);
    return interval === '1m' ? [...volatilities, this.minuteTrend] : volatilities;
  }
}

/** The indicators of every asset that has closes. */
export class IndicatorBoard {
  private readonly bySymbol = new Map<string, AssetIndicators>();

  /** Takes closes of one dataset (when it began, epoch ms); of two of a symbol only the later counts. */
  add(
    { symbol, interval, dataset }: { symbol: string; interval: SeriesInterval; dataset: number },
    closes: readonly Close[],
  ): void {
    this.begin(symbol, dataset);
    const asset = this.bySymbol.get(symbol);
    if (asset?.dataset === dataset) asset.add(interval, closes);
  }

  /** Forgets what earlier datasets have said of the symbol. */
  begin(symbol: string, dataset: number): void {
    const known = this.bySymbol.get(symbol)?.dataset ?? -Infinity;
    if (dataset > known) this.bySymbol.set(symbol, new AssetIndicators(dataset));
  }

  /** As a ratio per year; null with too little history. */
  volatility(symbol: string, window: VolatilityWindow): number | null {
    return this.bySymbol.get(symbol)?.volatility(window) ?? null;
  }

  /** From −1 to 1; null with too little history. */
  trend(symbol: string): number | null {
    return this.bySymbol.get(symbol)?.trend() ?? null;
  }
}
