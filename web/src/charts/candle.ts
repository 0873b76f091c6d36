/** A candle as a chart needs it; prices and volume are exact decimal texts. */
export interface ChartCandle {
  /** Start, epoch ms. */
  openTime: number;
  open: string;
  high: string;
  low: string;
  close: string;
  /** Units of the asset. */
  volume: string;
  /** False while the candle is still forming. */
  closed: boolean;
}
