import { COLOURS, marketColours, TEXT, withAlpha, type Scheme } from '../ui/theme';

/** The colours and the type of a chart, taken from the theme. */
export interface ChartLook {
  ground: string;
  grid: string;
  text: string;
  crosshair: string;
  label: string;
  up: string;
  down: string;
  volumeUp: string;
  volumeDown: string;
  /** Of a line that stands for itself. */
  accent: string;
  /** What is neither up nor down. */
  neutral: string;
  fontFamily: string;
  fontSize: number;
}

const GRID_STRENGTH = 0.5;
const VOLUME_STRENGTH = 0.45;
const NEUTRAL_STRENGTH = 0.55;

/** The look of charts in a scheme; `swapped` exchanges the up and down colours. */
export function chartLook(scheme: Scheme, swapped: boolean): ChartLook {
  const colours = COLOURS[scheme];
  const { up, down } = marketColours(scheme, swapped);
  return {
    ground: colours.ground,
    grid: withAlpha(colours.hairline, GRID_STRENGTH),
    text: colours.textQuiet,
    crosshair: colours.textQuiet,
    label: colours.raisedHigh,
    up,
    down,
    volumeUp: withAlpha(up, VOLUME_STRENGTH),
    volumeDown: withAlpha(down, VOLUME_STRENGTH),
    accent: colours.accent,
    neutral: withAlpha(colours.textQuiet, NEUTRAL_STRENGTH),
    fontFamily: '"Inter Variable", system-ui, sans-serif',
    fontSize: TEXT.small,
  };
}
