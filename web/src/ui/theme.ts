import { createTheme, type Theme } from '@mui/material/styles';

/** The two looks of the product. */
export type Scheme = 'dark' | 'light';

/** Colours that mean something on a market: they carry a sign or an arrow wherever they appear. */
export interface MarketColours {
  up: string;
  down: string;
}

interface SchemeColours extends MarketColours {
  ground: string;
  raised: string;
  raisedHigh: string;
  hairline: string;
  text: string;
  textQuiet: string;
  accent: string;
  /** Under the pointer. */
  accentPointed: string;
  /** On the accent, and on what warns of something that cannot be undone. */
  onAccent: string;
  dangerPointed: string;
  warning: string;
  warningGround: string;
}

/** Every colour of the product. Nothing else in the web names a colour. */
export const COLOURS: Readonly<Record<Scheme, Readonly<SchemeColours>>> = {
  dark: {
    ground: '#0b0f14',
    raised: '#111720',
    raisedHigh: '#18202b',
    hairline: '#222d3a',
    text: '#e6ebf1',
    textQuiet: '#9aa7b5',
    accent: '#4cc9c0',
    accentPointed: '#6fd8d1',
    onAccent: '#06201f',
    dangerPointed: '#f58a80',
    warning: '#f0b03f',
    warningGround: '#231b0b',
    up: '#5cdba6',
    down: '#f2665a',
  },
  light: {
    ground: '#f5f7f9',
    raised: '#ffffff',
    raisedHigh: '#edf1f4',
    hairline: '#d9e0e6',
    text: '#131a22',
    textQuiet: '#526070',
    accent: '#0a6e6a',
    accentPointed: '#085652',
    onAccent: '#ffffff',
    dangerPointed: '#86160f',
    warning: '#7d5000',
    warningGround: '#fdf3dc',
    up: '#067a5c',
    down: '#a31d18',
  },
};

/** How strongly a flash tints a cell at its start, 0 to 1. */
const FLASH_STRENGTH = 0.28;

/** The four text sizes in pixels. */
export const TEXT = { small: 12, body: 13, title: 15, figure: 24 } as const;

/** The up and down colours of a scheme, exchanged when the person asked for it. */
export function marketColours(scheme: Scheme, swapped: boolean): MarketColours {
  const { up, down } = COLOURS[scheme];
  return swapped ? { up: down, down: up } : { up, down };
}

declare module '@mui/material/styles' {
  interface CssThemeVariables {
    enabled: true;
  }
  interface Palette {
    market: MarketColours & { upFlash: string; downFlash: string };
    surface: { high: string; warning: string };
  }
  interface PaletteOptions {
    market?: Palette['market'];
    surface?: Palette['surface'];
  }
}

/** Adds an alpha channel, 0 to 1, to a `#rrggbb` colour. */
export function withAlpha(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

function paletteOf(scheme: Scheme, swapped: boolean) {
  const colours = COLOURS[scheme];
  const market = marketColours(scheme, swapped);
  return {
    primary: {
      main: colours.accent,
      dark: colours.accentPointed,
      contrastText: colours.onAccent,
    },
    warning: { main: colours.warning },
    error: { main: colours.down, dark: colours.dangerPointed, contrastText: colours.onAccent },
    background: { default: colours.ground, paper: colours.raised },
    text: { primary: colours.text, secondary: colours.textQuiet },
    divider: colours.hairline,
    market: {
      ...market,
      upFlash: withAlpha(market.up, FLASH_STRENGTH),
      downFlash: withAlpha(market.down, FLASH_STRENGTH),
    },
    surface: { high: colours.raisedHigh, warning: colours.warningGround },
  };
}

/** A raised sheet: a hairline instead of a shadow, its own level instead of a tint. */
function flatPaper({ theme }: { theme: Theme }) {
  return {
    backgroundImage: 'none',
    boxShadow: 'none',
    border: `1px solid ${theme.vars.palette.divider}`,
  };
}

/** Builds the MUI theme for both schemes; `swapped` exchanges the up and down colours. */
export function createSpyhopTheme(swapped: boolean): Theme {
  return createTheme({
    cssVariables: { colorSchemeSelector: 'data-scheme', cssVarPrefix: 'spyhop' },
    defaultColorScheme: 'dark',
    colorSchemes: {
      dark: { palette: paletteOf('dark', swapped) },
      light: { palette: paletteOf('light', swapped) },
    },
    shape: { borderRadius: 6 },
    spacing: 8,
    typography: {
      fontFamily: '"Inter Variable", system-ui, sans-serif',
      fontSize: TEXT.body,
      htmlFontSize: 16,
      body1: { fontSize: TEXT.body, lineHeight: 1.5 },
      body2: { fontSize: TEXT.body, lineHeight: 1.5 },
      caption: { fontSize: TEXT.small, lineHeight: 1.4 },
      h1: { fontSize: TEXT.title, fontWeight: 600, lineHeight: 1.3 },
      h2: { fontSize: TEXT.body, fontWeight: 600, lineHeight: 1.3 },
      button: { fontSize: TEXT.body, fontWeight: 500, textTransform: 'none' },
    },
    components: {
      MuiButtonBase: { defaultProps: { disableRipple: true } },
      // Nothing moves but prices.
      MuiButton: { styleOverrides: { root: { transition: 'none' } } },
      MuiPaper: { defaultProps: { elevation: 0 } },
      MuiDialog: { styleOverrides: { paper: flatPaper } },
      MuiPopover: { styleOverrides: { paper: flatPaper } },
    },
  });
}
