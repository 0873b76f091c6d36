import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Collector, type Span } from './collector';
import { Rig } from './kit';

let collector: Collector;
let rig: Rig;

beforeAll(async () => {
  collector = await Collector.start();
  rig = await Rig.start();
});
afterAll(async () => {
  await rig.stop();
  collector.close();
});

describe('a trace', () => {
  it('leads from the client to every subgraph that worked on the answer, and holds no values of operations', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    await rig.ask('{ product(id: "1") { name rating } }', {}, { traceparent });
    // What a client writes into its operation may be a password.
    await rig.ask('{ product(id: "hunter2") { name } }');
    await collector.stopTracing();
    expect(collector.spans.filter(({ name }) => name === 'execute')).toHaveLength(3);
    expect(JSON.stringify(collector.spans)).not.toContain('hunter2');
    const ours = collector.spans.filter((span) => span.traceId === traceId);
    const parentOf = (span?: Span): Span | undefined =>
      ours.find(({ spanId }) => spanId === span?.parentSpanId);
    const executions = ours.filter(({ name }) => name === 'execute');
    expect(executions.map((span) => parentOf(span)?.name)).toEqual([
      'fetch products',
      'fetch reviews',
    ]);
    for (const execution of executions) {
      const request = parentOf(parentOf(execution));
      expect(request).toMatchObject({ name: 'request', parentSpanId: 'b7ad6b7169203331' });
    }
  });
});
