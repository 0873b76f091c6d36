/** So much went from one to another. */
export interface Flow {
  from: string;
  to: string;
  /** For drawing only. */
  value: number;
}

/** One end of flows: where it stands, in the units of the drawing. */
export interface SankeyNode {
  side: 'from' | 'to';
  name: string;
  value: number;
  y: number;
  height: number;
}

/** A flow as a band between two ends. */
export interface SankeyBand extends Flow {
  /** Its upper edge at either end, and how thick it is. */
  fromY: number;
  toY: number;
  height: number;
}

interface Sankey {
  nodes: readonly SankeyNode[];
  bands: readonly SankeyBand[];
}

interface SankeySize {
  height: number;
  /** Between two ends of a side. */
  gap: number;
}

/** What the small ones of a side are together. */
export const OTHERS = 'others';

/** What the API calls those of whom nobody says who they are. */
const NOBODY = 'unknown';

/** Whether nobody says who is at either end: such flows say little, and are most of what moves. */
export const isBetweenStrangers = ({ from, to }: Pick<Flow, 'from' | 'to'>): boolean =>
  from === NOBODY && to === NOBODY;

function totals(flows: readonly Flow[], side: SankeyNode['side']): [string, number][] {
  const sums = new Map<string, number>();
  for (const flow of flows) sums.set(flow[side], (sums.get(flow[side]) ?? 0) + flow.value);
  // The others come last, however much they are together.
  const last = (name: string) => Number(name === OTHERS);
  return [...sums].sort(([a, x], [b, y]) => last(a) - last(b) || y - x || a.localeCompare(b));
}

/** The same flows with at most `most` ends on each side: the smallest of a side become its others. */
export function withoutSmall(flows: readonly Flow[], most: number): Flow[] {
  const kept = (side: SankeyNode['side']) => {
    const all = totals(flows, side).map(([name]) => name);
    return new Set(all.length <= most ? all : all.slice(0, most - 1));
  };
  const [from, to] = [kept('from'), kept('to')];
  const merged = new Map<string, Flow>();
  for (const flow of flows) {
    const ends = {
      from: from.has(flow.from) ? flow.from : OTHERS,
      to: to.has(flow.to) ? flow.to : OTHERS,
    };
    const key = JSON.stringify(ends);
    merged.set(key, { ...ends, value: (merged.get(key)?.value ?? 0) + flow.value });
  }
  return [...merged.values()];
}

/** Ends from the top down, the largest first; heights follow values in the same measure on both sides. */
function stacked(
  ends: readonly [string, number][],
  side: SankeyNode['side'],
  scale: number,
  gap: number,
): SankeyNode[] {
  let y = 0;
  return ends.map(([name, value]) => {
    const node = { side, name, value, y, height: value * scale };
    y += node.height + gap;
    return node;
  });
}

/** Lays out flows between two sides; those of nothing and less are left out. */
export function layOutSankey(flows: readonly Flow[], { height, gap }: SankeySize): Sankey {
  const real = flows.filter(({ value }) => value > 0);
  const total = real.reduce((sum, { value }) => sum + value, 0);
  if (total === 0) return { nodes: [], bands: [] };
  const [from, to] = [totals(real, 'from'), totals(real, 'to')];
  const gaps = gap * (Math.max(from.length, to.length) - 1);
  const scale = Math.max(height - gaps, 0) / total;
  const nodes = [...stacked(from, 'from', scale, gap), ...stacked(to, 'to', scale, gap)];
  const place = (side: SankeyNode['side'], name: string) =>
    nodes.findIndex((node) => node.side === side && node.name === name);
  const used = nodes.map(({ y }) => y);
  const take = (index: number, thickness: number): number => {
    const y = used[index] ?? 0;
    used[index] = y + thickness;
    return y;
  };
  // In the order of their far ends, so that bands of one end do not cross.
  const bands = real
    .map((flow) => ({ flow, ends: [place('from', flow.from), place('to', flow.to)] as const }))
    .sort((a, b) => a.ends[0] - b.ends[0] || a.ends[1] - b.ends[1])
    .map(({ flow, ends: [source, target] }) => {
      const thickness = flow.value * scale;
      return {
        ...flow,
        height: thickness,
        fromY: take(source, thickness),
        toY: take(target, thickness),
      };
    });
  return { nodes, bands };
}

/** The outline of a band from `left` to `right` as an SVG path. */
export function bandPath({ fromY, toY, height }: SankeyBand, left: number, right: number): string {
  const middle = (left + right) / 2;
  const at = (...numbers: number[]) => numbers.map((number) => number.toFixed(1)).join(' ');
  const there = `C${at(middle, fromY, middle, toY, right, toY)}`;
  const back = `C${at(middle, toY + height, middle, fromY + height, left, fromY + height)}`;
  return `M${at(left, fromY)}${there}L${at(right, toY + height)}${back}Z`;
}
