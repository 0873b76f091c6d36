import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Rig, until } from './kit';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());
beforeEach(async () => {
  await until(async () => (await rig.metric('router_streams')) === 0);
  rig.shop.ratedIds.length = 0;
  rig.shop.ratingFails = 'no';
});

const listening = (bus: { listening: number }): Promise<void> => until(() => bus.listening > 0);

describe('a subscription over several subgraphs', () => {
  it("joins the other subgraphs' fields onto every event", async () => {
    const client = rig.subscribe(
      'subscription { priceChanged(ids: ["1", "2"]) { name price rating reviews(first: 1) { body author { name } } } }',
    );
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '1', price: 11 });
    expect(await client.received(1)).toEqual([
      {
        data: {
          priceChanged: {
            name: 'Lamp',
            price: 11,
            rating: 0.5,
            reviews: [{ body: 'review 0 of 1', author: { name: 'Ann' } }],
          },
        },
      },
    ]);
    client.leave();
  });
});
