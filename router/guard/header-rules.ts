import type { HeaderOptions } from '../config/header-options';

/** A client's headers as far as any subgraph may get them, by name in lower case. */
export type ClientHeaders = Readonly<Record<string, string>>;

/** Stands for the client's address among them; no header can be called that (RFC 9110, section 5.1). */
const ADDRESS = ':address';

interface SubgraphRules {
  /** From the client's name to the subgraph's. */
  passed: ReadonlyMap<string, string>;
  set: Readonly<Record<string, string>>;
  /** Of its answers. */
  responded: readonly string[];
}

/** Which of a client's headers reach which subgraph, and which of an answer's reach the client. */
export class HeaderRules {
  private readonly known = new Map<string, SubgraphRules>();
  private readonly all: SubgraphRules;
  /** What any subgraph may get. */
  private readonly passed: ReadonlySet<string>;

  constructor(private readonly options: HeaderOptions) {
    this.all = rulesOf([options], []);
    const each = Object.keys(options.named).map((subgraph) => this.of(subgraph));
    this.passed = new Set([this.all, ...each].flatMap(({ passed }) => [...passed.keys()]));
  }

  /** Every header of clients that may make a difference to an answer, in lower case. */
  get forwarded(): readonly string[] {
    return [...this.passed].filter((name) => name !== ADDRESS);
  }

  /** Every header that clients may get from a subgraph. */
  get responded(): readonly string[] {
    const each = Object.keys(this.options.named).map((subgraph) => this.of(subgraph));
    return [...new Set([this.all, ...each].flatMap(({ responded }) => responded))];
  }

  /**
   * What may be passed on of a request's headers, or of the payload of `connection_init`, and of the network
   * address that they come from, where that is said here; null for nothing. What the client declares to be for this connection only is left out (RFC 9110, section 7.6.1).
   */
  ofClient(
    source: Readonly<Record<string, unknown>> | null | undefined,
    address: string | null,
  ): ClientHeaders | null {
    if (this.passed.size === 0 || !source) return null;
    const connection = listed(source['connection']);
    const found = Object.entries(source).flatMap(([key, value]) => {
      const name = key.toLowerCase();
      const isPassed = this.passed.has(name) && !connection.has(name) && isUsable(value);
      return isPassed && name !== ADDRESS ? [[name, value]] : [];
    });
    if (address && this.passed.has(ADDRESS)) found.push([ADDRESS, address]);
    return found.length > 0 ? (Object.fromEntries(found) as ClientHeaders) : null;
  }

  /** What of a client's headers one of these subgraphs gets; null for nothing: then it makes no difference. */
  relevantTo(subgraphs: readonly string[], client: ClientHeaders | null): ClientHeaders | null {
    if (!client) return null;
    const found = Object.entries(client).filter(([name]) =>
      subgraphs.some((subgraph) => this.of(subgraph).passed.has(name)),
    );
    return found.length > 0 ? Object.fromEntries(found) : null;
  }

  /** What a subgraph is sent. */
  requestTo(subgraph: string, client: ClientHeaders | null): Readonly<Record<string, string>> {
    const { passed, set } = this.of(subgraph);
    if (!client || passed.size === 0) return set;
    const sent: Record<string, string> = {};
    for (const [name, as] of passed) {
      const value = client[name];
      if (value !== undefined) sent[as] = value;
    }
    return { ...sent, ...set };
  }

  /** What clients get of a subgraph's answer. */
  responseOf(subgraph: string): readonly string[] {
    return this.of(subgraph).responded;
  }

  private of(subgraph: string): SubgraphRules {
    const own = this.options.named[subgraph];
    if (!own) return this.all;
    const rules = this.known.get(subgraph) ?? rulesOf([this.options, own], own.remove);
    this.known.set(subgraph, rules);
    return rules;
  }
}

const MAX_VALUE_LENGTH = 8_192;
const IS_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A payload may carry what no header can. */
const isUsable = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= MAX_VALUE_LENGTH && IS_VALUE.test(value);

type Rules = Pick<HeaderOptions, 'forward' | 'rename' | 'set' | 'respond' | 'clientAddress'>;

/** Later rules stand above earlier ones. */
function rulesOf(rules: readonly Rules[], removed: readonly string[]): SubgraphRules {
  const gone = new Set(lower(removed));
  const passed = rules.flatMap(({ forward, rename, clientAddress }) => [
    ...forward.map((name) => [name, name]),
    ...Object.entries(rename),
    ...(clientAddress === undefined ? [] : [[ADDRESS, clientAddress]]),
  ]);
  const set = rules.flatMap((each) => Object.entries(each.set));
  return {
    passed: new Map(
      passed
        .map(([from = '', to = '']): [string, string] => [from.toLowerCase(), to.toLowerCase()])
        .filter(([, to]) => !gone.has(to)),
    ),
    set: Object.fromEntries(
      set
        .map(([name, value]) => [name.toLowerCase(), value] as const)
        .filter(([name]) => !gone.has(name)),
    ),
    responded: [...new Set(lower(rules.flatMap(({ respond }) => respond)))],
  };
}

const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase());

const listed = (value: unknown): ReadonlySet<string> =>
  new Set(
    String(value ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
