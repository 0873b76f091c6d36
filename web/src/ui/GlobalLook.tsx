import GlobalStyles from '@mui/material/GlobalStyles';
import type { Theme } from '@mui/material/styles';

const FLASH_MS = 400;

function flashRules(direction: 'up' | 'down', colour: string) {
  return Object.fromEntries(
    [0, 1].flatMap((turn) => {
      const name = `flash-${direction}-${turn}`;
      return [
        [`@keyframes ${name}`, { from: { opacity: 1 }, to: { opacity: 0 } }],
        [
          `[data-flash="${direction}-${turn}"]::after`,
          { background: colour, animation: `${name} ${FLASH_MS}ms ease-out` },
        ],
      ];
    }),
  );
}

function look({ vars }: Theme) {
  const { palette } = vars;
  return {
    'html, body, #root': { height: '100%' },
    body: { overscrollBehavior: 'none', fontFeatureSettings: '"cv05", "ss03"' },
    '.number': { fontVariantNumeric: 'tabular-nums lining-nums', whiteSpace: 'nowrap' },
    '.up': { color: palette.market.up },
    '.down': { color: palette.market.down },
    '.flat, .quiet': { color: palette.text.secondary },
    '[data-stale="true"] :is(.number, .up, .down)': { color: palette.text.secondary },
    '.visually-hidden': {
      position: 'absolute',
      width: 1,
      height: 1,
      overflow: 'hidden',
      clipPath: 'inset(50%)',
      whiteSpace: 'nowrap',
    },
    // Buttons of MUI take their own outline away.
    ':focus-visible, .MuiButtonBase-root.Mui-focusVisible': {
      outline: `2px solid ${palette.primary.main}`,
      outlineOffset: -2,
    },
    '*': { scrollbarWidth: 'thin', scrollbarColor: `${palette.divider} transparent` },
    // Only opacity changes: that costs the page no layout and no paint.
    '[data-flash]': { position: 'relative', isolation: 'isolate' },
    '[data-flash]::after': {
      content: '""',
      position: 'absolute',
      inset: 0,
      zIndex: -1,
      borderRadius: 'inherit',
      opacity: 0,
    },
    ...flashRules('up', palette.market.upFlash),
    ...flashRules('down', palette.market.downFlash),
    '@media (prefers-reduced-motion: reduce)': {
      '*, *::before, *::after': { animation: 'none !important', transition: 'none !important' },
    },
  };
}

/** What every page shares: text figures, market colours, the flash, focus and scroll bars. */
export function GlobalLook() {
  return <GlobalStyles styles={look} />;
}
