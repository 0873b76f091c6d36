/** A dot at a candle that explains itself when somebody points at it. */
export interface ChartMarker {
  id: string;
  /** Start of its candle, epoch ms. */
  time: number;
  /** Its colour; `up` stands below the candle and the others above it, so that colour is not all that tells them apart. */
  tone: 'up' | 'down' | 'neutral';
  /** 1 is the usual size. */
  size: number;
}

/** A bar of the pane below the volume: up from its middle line, or down from it. */
export interface ChartBar {
  /** Start of its candle, epoch ms. */
  time: number;
  value: number;
}

/** What lies over the candles. */
export interface ChartOverlay {
  markers: readonly ChartMarker[];
  /** Of the pane below the volume; no such pane where there are none. */
  bars: readonly ChartBar[];
  /** What these are, in a corner of their pane. */
  barsTitle: string;
  /** The same for people who cannot see them, e.g. the net flow in BTC. */
  barsWords: string;
}

export const NO_OVERLAY: ChartOverlay = { markers: [], bars: [], barsTitle: '', barsWords: '' };

/** The marker that is pointed at, and where, in pixels from the chart's top left corner. */
export interface PointedMarker {
  id: string;
  x: number;
  y: number;
}

/** Markers that are clicked or tapped, and where, in pixels from the window's top left corner. */
export interface ChosenMarkers {
  ids: readonly string[];
  left: number;
  top: number;
}

/** What is told of markers. */
export interface MarkerEvents {
  /** The marker that is pointed at; null when it is none any more. */
  onMarker: (pointed: PointedMarker | null) => void;
  /** The marker that is clicked, or all of the candle that is tapped: a finger is wider than a dot. */
  onChoose: (chosen: ChosenMarkers) => void;
}
