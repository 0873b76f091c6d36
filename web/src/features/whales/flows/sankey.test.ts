import { describe, expect, it } from 'vitest';
import {
  bandPath,
  isBetweenStrangers,
  layOutSankey,
  OTHERS,
  type SankeyNode,
  withoutSmall,
} from './sankey';

const FLOWS = [
  { from: 'binance', to: 'unknown', value: 30 },
  { from: 'unknown', to: 'binance', value: 50 },
  { from: 'unknown', to: 'kraken', value: 20 },
];
const SIZE = { height: 110, gap: 10 };
const sideOf = (nodes: readonly SankeyNode[], side: SankeyNode['side']) =>
  nodes.filter((node) => node.side === side);

describe('the layout of flows', () => {
  it('gives each end the height of what goes through it, on both sides in the same measure', () => {
    const { nodes } = layOutSankey(FLOWS, { height: 120, gap: 10 });
    // 120 less two gaps on the side of three ends leave 100 for 100.
    expect(sideOf(nodes, 'from').map(({ name, y, height }) => [name, y, height])).toEqual([
      ['unknown', 0, 70],
      ['binance', 80, 30],
    ]);
    expect(sideOf(nodes, 'to').map(({ name, y, height }) => [name, y, height])).toEqual([
      ['binance', 0, 50],
      ['unknown', 60, 30],
      ['kraken', 100, 20],
    ]);
  });

  it('fills each end with its bands, none over another', () => {
    const { nodes, bands } = layOutSankey(FLOWS, SIZE);
    for (const { side, name, y, height } of nodes) {
      const edges = bands
        .filter((band) => band[side] === name)
        .map((band) => [side === 'from' ? band.fromY : band.toY, band.height] as const)
        .sort(([a], [b]) => a - b);
      let next = y;
      for (const [edge, thickness] of edges) {
        expect(edge).toBeCloseTo(next);
        next = edge + thickness;
      }
      expect(next).toBeCloseTo(y + height);
    }
  });

  it('stays within its height, however many there are', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...{ from: `a${index}`, to: `b${(index * 7) % 40}`, value: index + 1 },
    }));
    const { nodes } = layOutSankey(withoutSmall(many, 8), SIZE);
    expect(Math.max(...nodes.map(({ y, height }) => y + height))).toBeLessThanOrEqual(110.001);
    expect(sideOf(nodes, 'from')).toHaveLength(8);
    expect(sideOf(nodes, 'from').at(-1)?.name).toBe(OTHERS);
    const sum = sideOf(nodes, 'to').reduce((total, { value }) => total + value, 0);
    expect(sum).toBe((40 * 41) / 2);
  });

  it('leaves out nothing but nothing', () => {
    expect(layOutSankey([], SIZE).nodes).toEqual([]);
    expect(layOutSankey([{ from: 'a', to: 'b', value: 0 }], SIZE).bands).toEqual([]);
    expect(withoutSmall(FLOWS, 8)).toEqual(FLOWS);
  });

  it('draws a band as a closed outline', () => {
    const band = { from: 'a', to: 'b', value: 1, fromY: 0, toY: 10, height: 5 };
    expect(bandPath(band, 0, 100)).toBe(
      'M0.0 0.0C50.0 0.0 50.0 10.0 100.0 10.0L100.0 15.0C50.0 15.0 50.0 5.0 0.0 5.0Z',
    );
  });
});

it('leaves out only what went between those of whom nobody says who they are', () => {
  const flows = [...FLOWS, { from: 'unknown', to: 'unknown', value: 900 }];
  expect(flows.filter((flow) => !isBetweenStrangers(flow))).toEqual(FLOWS);
});
