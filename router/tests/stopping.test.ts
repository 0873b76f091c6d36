import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { Rig, Subscriber } from './kit';

const RATED = '{ product(id: "1") { name rating } }';
/** Longer than any test waits: only the answer ends the waiting. */
const WITHOUT_END_MS = 7_000;
const SOON_MS = 200;

let rig: Rig;
let open: () => void;

const started = async (drainMs: number): Promise<void> => {
  rig = await Rig.start({ ROUTER_HTTP_DRAIN_MS: String(drainMs) });
  rig.shop.gate = new Promise((resolve) => (open = resolve));
};
const readiness = async (): Promise<number> =>
  (await fetch(`http://127.0.0.1:${rig.adminPort}/health/ready`)).status;
const isUnderWay = (): Promise<boolean> => until(() => rig.shop.ratings.length > 0);

afterEach(async () => {
  open();
  await rig.stop();
});

describe('a router that stops', () => {
  beforeEach(() => started(WITHOUT_END_MS));

  it('answers what is under way, and says meanwhile that it is not ready', async () => {
    expect(await readiness()).toBe(200);
    const answer = rig.ask(RATED);
    await isUnderWay();
    const stopping = rig.stopRouter();
    await until(async () => (await readiness()) === 503);
    open();
    const { status, headers, body } = await answer;
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ product: { rating: 0.5 } });
    expect(headers.get('connection')).toBe('close');
    await stopping;
    await expect(rig.ask(RATED)).rejects.toThrow();
  });
});

describe('a router that stops while its clients are on WebSockets', () => {
  beforeEach(() => started(WITHOUT_END_MS));

  it('answers what is under way, starts nothing else, and then sends them away', async () => {
    const client = rig.client();
    const closed = new Promise((resolve) => client.on('closed', resolve));
    const asked = new Subscriber(client, RATED);
    await isUnderWay();
    const stopping = rig.stopRouter();
    await until(async () => (await readiness()) === 503);
    const late = new Subscriber(client, '{ product(id: "2") { name } }');
    open();
    expect(await closed).toMatchObject({ code: 1001 });
    expect(asked.data).toEqual([{ product: { name: 'Lamp', rating: 0.5 } }]);
    expect(asked.completed).toBe(true);
    expect(late.results).toEqual([]);
    await stopping;
  });
});

describe('a router that stops while a subgraph never answers', () => {
  beforeEach(() => started(SOON_MS));

  it('waits as long as it may, and ends the connection', async () => {
    const answer = expect(rig.ask(RATED)).rejects.toThrow();
    await isUnderWay();
    await rig.stopRouter();
    await answer;
  });

  it('waits as long for what is asked over a WebSocket', async () => {
    const client = rig.client();
    const closed = new Promise((resolve) => client.on('closed', resolve));
    const asked = new Subscriber(client, RATED);
    await isUnderWay();
    await rig.stopRouter();
    expect(await closed).toMatchObject({ code: 1001 });
    expect(asked.results).toEqual([]);
  });
});
