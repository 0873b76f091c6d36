import { describe, expect, it } from 'vitest';
import { feedRows, type OpenFold } from './fold-rows';

const alone = { id: 'bitcoin:a', fold: null };
const head = { id: 'bitcoin:b', fold: { id: 'f1' } };
const member = { id: 'bitcoin:c', fold: { id: 'f1' } };
const opened = (state: Partial<OpenFold<typeof head>>) =>
  new Map([['f1', { status: 'ready' as const, members: [head, member], cursor: null, ...state }]]);

describe('the lines of a feed', () => {
  it('are one for each transaction while no group is open', () => {
    expect(feedRows([alone, head], new Map()).map(({ kind }) => kind)).toEqual(['whale', 'whale']);
  });

  it('have the reason and the members of an open group below its head, each with a key of its own', () => {
    const rows = feedRows([head, alone], opened({}));
    expect(rows.map(({ kind }) => kind)).toEqual(['whale', 'why', 'member', 'member', 'whale']);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it('end a long group with a way to the others', () => {
    const rows = feedRows([head], opened({ cursor: 'x' }));
    expect(rows.map(({ kind }) => kind)).toEqual(['whale', 'why', 'member', 'member', 'more']);
  });
});
