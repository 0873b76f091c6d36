/* The query of twenty entities written by hand: two fetches, a merge, the output. Nothing is checked. */
import { Pool } from 'undici';
import { serveJson } from './http-part.ts';

const CONNECTIONS = 64;
const USERS =
  '{"query":"query($page:Int!){users(page:$page){__typename id name email}}","variables":';
const REVIEWS =
  '{"query":"query($representations:[_Any!]!){_entities(representations:$representations){...on User{reputation reviewCount}}}","variables":{"representations":';

interface User {
  __typename: string;
  id: string;
  name: string;
  email: string;
}

interface Reviewer {
  reputation: number;
  reviewCount: number;
}

const poolFor = (port = ''): Pool =>
  new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
const [usersPool, reviewsPool] = [poolFor(process.argv[2]), poolFor(process.argv[3])];

async function fetchData<Data>(pool: Pool, request: string): Promise<Data> {
  const { body } = await pool.request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: request,
  });
  return (JSON.parse(await body.text()) as { data: Data }).data;
}

await serveJson(async (request) => {
  const { variables } = JSON.parse(request) as { variables: object };
  const { users } = await fetchData<{ users: User[] }>(
    usersPool,
    `${USERS}${JSON.stringify(variables)}}`,
  );
  const keys = users.map(({ id }) => `{"__typename":"User","id":"${id}"}`);
  const { _entities: reviewers } = await fetchData<{ _entities: Reviewer[] }>(
    reviewsPool,
    `${REVIEWS}[${keys.join(',')}]}}`,
  );
  const merged = users.map(({ id, name, email }, index) => ({
    id,
    name,
    email,
    ...reviewers[index],
  }));
  return JSON.stringify({ data: { users: merged } });
});
