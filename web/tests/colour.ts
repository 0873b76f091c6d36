type Triple = readonly [number, number, number];

function channels(colour: string): Triple {
  const at = (start: number) => parseInt(colour.slice(start, start + 2), 16) / 255;
  return [at(1), at(3), at(5)];
}

const toLinear = (value: number) =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

function linear(colour: string): Triple {
  const [red, green, blue] = channels(colour);
  return [toLinear(red), toLinear(green), toLinear(blue)];
}

function luminance(colour: string): number {
  const [red, green, blue] = linear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two `#rrggbb` colours as WCAG 2 defines it, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** Colour as people with each kind of vision see it: Machado, Oliveira, Fernandes 2009, full strength. */
const VISIONS: Readonly<Record<string, readonly Triple[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

export const VISION_NAMES = Object.keys(VISIONS);

/** OKLab coordinates of a colour as seen with a kind of vision. */
function seen(colour: string, vision: string): Triple {
  const light = linear(colour);
  const dot = (row: Triple, values: Triple) =>
    row[0] * values[0] + row[1] * values[1] + row[2] * values[2];
  const rgb = (VISIONS[vision] ?? []).map((row) => Math.min(1, Math.max(0, dot(row, light))));
  const source = rgb as unknown as Triple;
  const lms = [
    Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], source)),
    Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], source)),
    Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], source)),
  ] as const;
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], lms),
    dot([1.9779984951, -2.428592205, 0.4505937099], lms),
    dot([0.0259040371, 0.7827717662, -0.808675766], lms),
  ];
}

/** How different two colours look with a kind of vision; 0.02 can just be told apart. */
export function difference(one: string, other: string, vision: string): number {
  const a = seen(one, vision);
  const b = seen(other, vision);
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
