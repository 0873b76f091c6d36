import type { Answer } from '@spyhop/platform/testkit/graph-client';

type Variables = Record<string, unknown>;

/** One request with that header Authorization; undefined for nobody. */
export async function ask(
  url: string,
  authorization: string | undefined,
  query: string,
  variables: Variables = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(authorization !== undefined && { authorization }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

/** The answer's data; throws where there are errors. */
export async function dataOf<Data>(
  url: string,
  authorization: string,
  query: string,
  variables?: Variables,
): Promise<Data> {
  const { data, errors } = await ask(url, authorization, query, variables);
  if (!data || errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  return data as Data;
}
