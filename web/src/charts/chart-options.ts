import {
  ColorType,
  CrosshairMode,
  TickMarkType,
  type DeepPartial,
  type Time,
  type TimeChartOptions,
} from 'lightweight-charts';
import type { Formats } from '../ui/format';
import type { ChartLook } from './chart-look';

/** How a chart writes what it shows. */
export interface ChartWriting {
  formats: Pick<Formats, 'price' | 'amount' | 'day' | 'minute' | 'month' | 'dateTime'>;
  /** Digits behind the point in which the asset is quoted. */
  priceDecimals: number;
}

/** Candles of room behind the newest. */
export const NEWEST_OFFSET = 6;

/** A time of the library in epoch ms. */
export const toMs = (time: Time) => (typeof time === 'number' ? time * 1000 : Number.NaN);

function tickMark(formats: ChartWriting['formats']) {
  return (time: Time, type: TickMarkType): string => {
    const at = toMs(time);
    if (type === TickMarkType.Year || type === TickMarkType.Month) return formats.month(at);
    return type === TickMarkType.DayOfMonth ? formats.day(at) : formats.minute(at);
  };
}

/** What charts have in common: the look of the theme, and times as people read them. */
export function chartOptions(
  look: ChartLook,
  formats: ChartWriting['formats'],
): DeepPartial<TimeChartOptions> {
  const line = { color: look.crosshair, labelBackgroundColor: look.label };
  return {
    layout: {
      background: { type: ColorType.Solid, color: look.ground },
      textColor: look.text,
      fontFamily: look.fontFamily,
      fontSize: look.fontSize,
      panes: { separatorColor: look.grid, separatorHoverColor: look.grid },
    },
    grid: { vertLines: { color: look.grid }, horzLines: { color: look.grid } },
    crosshair: { mode: CrosshairMode.Normal, vertLine: line, horzLine: line },
    // A finger that goes up or down scrolls the page.
    handleScroll: { vertTouchDrag: false },
    rightPriceScale: { borderVisible: false, entireTextOnly: true },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: false,
      rightOffset: NEWEST_OFFSET,
      tickMarkFormatter: tickMark(formats),
    },
    localization: { timeFormatter: (time: Time) => formats.dateTime(toMs(time)) },
  };
}
