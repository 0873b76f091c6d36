import { describe, expect, it } from 'vitest';
import { contrast, difference, VISION_NAMES } from '../../tests/colour';
import { COLOURS, createSpyhopTheme, marketColours, type Scheme } from './theme';

const READABLE = 4.5;
const CLEARLY_DIFFERENT = 0.08;
const SCHEMES: Scheme[] = ['dark', 'light'];
const TEXTS = ['text', 'textQuiet', 'accent', 'warning', 'up', 'down'] as const;
const GROUNDS = ['ground', 'raised', 'raisedHigh'] as const;

describe.each(SCHEMES)('the %s theme', (scheme) => {
  const colours = COLOURS[scheme];

  it.each(GROUNDS.flatMap((ground) => TEXTS.map((text) => [text, ground] as const)))(
    'keeps %s readable on %s',
    (text, ground) => {
      expect(contrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(READABLE);
    },
  );

  it('keeps the banner readable', () => {
    expect(contrast(colours.warning, colours.warningGround)).toBeGreaterThanOrEqual(READABLE);
  });

  it.each(['accent', 'accentPointed', 'down', 'dangerPointed'] as const)(
    'keeps buttons filled with %s readable',
    (ground) => {
      expect(contrast(colours.onAccent, colours[ground])).toBeGreaterThanOrEqual(READABLE);
    },
  );

  it.each(VISION_NAMES)('tells up from down with %s', (vision) => {
    expect(difference(colours.up, colours.down, vision)).toBeGreaterThan(CLEARLY_DIFFERENT);
  });

  it('exchanges up and down on request, and nothing else', () => {
    const { up, down } = colours;
    expect(marketColours(scheme, true)).toEqual({ up: down, down: up });
    const palette = createSpyhopTheme(true).colorSchemes[scheme]?.palette;
    expect(palette?.market).toMatchObject({ up: down, down: up });
    expect(palette?.primary.main).toBe(colours.accent);
  });
});
