import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { Echo } from './echo';

let started: Echo | undefined;

afterEach(async () => {
  await started?.stop();
  started = undefined;
});

async function responding(yaml: string): Promise<Echo> {
  started = await Echo.start(`headers: ${yaml}`);
  return started;
}

describe('an answer', () => {
  it('has no headers of subgraphs unless they are listed', async () => {
    const own = await responding('{ forward: [x-tenant] }');
    own.responds = { left: { 'set-cookie': 'a=1', 'x-left': 'l' } };
    const { headers } = await own.ask({ query: '{ left }' });
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('x-left')).toBeNull();
  });

  it('has those that are listed: cookies each, others as a list by name of the subgraph', async () => {
    const own = await responding(
      '{ respond: [set-cookie, X-Hint], named: { left: { respond: [x-left] } } }',
    );
    own.responds = {
      right: { 'set-cookie': ['c=3', 'a=1'], 'x-hint': 'two', 'x-left': 'r', 'x-else': 'e' },
      left: { 'set-cookie': ['a=1', 'b=2'], 'x-hint': 'one', 'x-left': 'l' },
    };
    const origin = 'https://studio.apollographql.com';
    const { headers } = await own.ask({ query: '{ right left }' }, { origin });
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2', 'c=3']);
    expect(headers.get('x-hint')).toBe('one, two');
    expect(headers.get('x-left')).toBe('l');
    expect(headers.get('x-else')).toBeNull();
    expect(headers.get('access-control-expose-headers')).toContain('x-left');
  });

  it('has those of all requests of a batch', async () => {
    const own = await responding('{ respond: [set-cookie] }');
    own.responds = { left: { 'set-cookie': 'a=1' }, right: { 'set-cookie': 'b=2' } };
    const batch = ['{ left }', '{ right }'].map((query) => ({ query }));
    const { headers } = await own.ask(batch);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('is shared with nobody where it has headers for its client', async () => {
    const own = await responding('{ respond: [set-cookie] }');
    let release = (): void => undefined;
    own.gate = new Promise((resolve) => {
      release = resolve;
    });
    const answers = [1, 2].map(() => own.ask({ query: '{ left }' }));
    await until(() => own.heard.length === 2);
    release();
    await Promise.all(answers);
  });
});

describe('rules for headers', () => {
  it.each([
    ['{ forward: [connection] }', 'headers.forward.0 (or ROUTER_HEADERS_FORWARD): belongs to'],
    ['{ forward: [X-Router-Identity] }', 'headers.forward.0'],
    ['{ rename: { x-a: x-router-identity } }', 'headers.rename.x-a'],
    ['{ set: { x-router-identity: boss } }', 'headers.set'],
    ['{ set: { x-a: "a\\r\\nx-b: c" } }', 'headers.set.x-a'],
    ['{ named: { left: { set: { content-length: "1" } } } }', 'headers.named.left.set'],
    ['{ respond: ["not a name"] }', 'must be the name of a header'],
    ['{ named: { middle: {} } }', 'headers.named: no subgraph "middle"'],
  ])('are refused where they make no sense: %s', async (rules, fault) => {
    await expect(Echo.start(`headers: ${rules}`)).rejects.toThrow(fault);
  });
});
