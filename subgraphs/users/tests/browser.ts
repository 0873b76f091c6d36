import type { Answer } from '@spyhop/platform/testkit/graph-client';
import type { JWTPayload } from 'jose';
import type { RouterSigner } from '@spyhop/platform/testkit/router-signer';

/** Where a browser asks, and who speaks for it. */
interface Behind {
  port: number;
  router: RouterSigner;
}

/** A client with its own cookies, as the router lets the subgraph see it. */
export interface Browser {
  /** By name, without attributes. */
  readonly cookies: Map<string, string>;
  /** The last answer's Set-Cookie headers. */
  readonly setCookies: string[];
  /** From now on it asks as whom these claims say; null is nobody. */
  actAs(claims: JWTPayload | null): void;
  ask<Data = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer<Data>>;
  /** The answer's data; throws where there are errors. */
  data<Data = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Data>;
  /** `extensions.code` of the only error; throws where there is none. */
  errorCode(query: string, variables?: Record<string, unknown>): Promise<string>;
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export function createBrowser(
  { port, router }: Behind,
  about: { address?: string; headers?: Record<string, string> } = {},
): Browser {
  let claims: JWTPayload | null = null;
  const cookies = new Map<string, string>();
  const setCookies: string[] = [];
  const ask: Browser['ask'] = async <Data>(query: string, variables = {}) => {
    const body = JSON.stringify({ query, variables });
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': FIREFOX,
        'x-client-address': about.address ?? '192.0.2.1',
        ...(cookie && { cookie }),
        ...(await router.headersFor(claims, body)),
        ...about.headers,
      },
      body,
    });
    setCookies.splice(0, Infinity, ...response.headers.getSetCookie());
    setCookies.forEach((each) => store(cookies, each));
    return (await response.json()) as Answer<Data>;
  };
  return {
    cookies,
    setCookies,
    actAs: (next) => void (claims = next),
    ask,
    data: async <Data>(query: string, variables = {}) => {
      const { data, errors } = await ask<Data>(query, variables);
      if (data && !errors) return data;
      throw new Error(`GraphQL errors: ${JSON.stringify(errors)}`);
    },
    errorCode: async (query, variables) => {
      const { errors = [] } = await ask(query, variables);
      if (errors.length === 1) return String(errors[0]?.extensions?.['code']);
      throw new Error(`${errors.length} errors: ${JSON.stringify(errors)}`);
    },
  };
}

function store(cookies: Map<string, string>, text: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
  if (/Max-Age=0(;|$)/.test(text)) cookies.delete(name);
  else cookies.set(name, value);
}
