import { ApolloClient, HttpLink, InMemoryCache, gql, split } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { OperationTypeNode } from 'graphql';
import { Rig } from './kit';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

describe('Apollo Client', () => {
  it('queries over HTTP and subscribes over the WebSocket into one cache', async () => {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(rig.client()),
        new HttpLink({ uri: rig.url }),
      ),
    });
    const query = gql`
      {
        product(id: "1") {
          id
          price
          rating
        }
      }
    `;
    expect((await client.query({ query })).data).toMatchObject({ product: { price: 10 } });
    const seen: unknown[] = [];
    const subscription = client
      .subscribe({
        query: gql`
          subscription {
            priceChanged(ids: ["1"]) {
              id
              price
              rating
            }
          }
        `,
      })
      .subscribe(({ data }) => seen.push(data));
    await until(() => rig.shop.prices.listening > 0);
    rig.shop.prices.publish({ id: '1', price: 99 });
    await until(() => seen.length === 1);
    expect(client.readQuery({ query })).toMatchObject({ product: { price: 99, rating: 0.5 } });
    subscription.unsubscribe();
    await until(() => rig.shop.prices.listening === 0);
    client.stop();
  });
});

describe('a graphql-ws client', () => {
  it('runs queries and subscriptions over one socket', async () => {
    const client = rig.client();
    const answers: unknown[] = [];
    for await (const answer of client.iterate({ query: '{ me { name } }' })) answers.push(answer);
    expect(answers).toEqual([{ data: { me: { name: 'Ann' } } }]);
    const counted: unknown[] = [];
    for await (const event of client.iterate({ query: 'subscription { counted(to: 2) }' })) {
      counted.push(event.data);
    }
    expect(counted).toEqual([{ counted: 1 }, { counted: 2 }]);
  });
});
