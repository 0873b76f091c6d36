/** Some of an answer's headers. */
export type AnswerHeaders = Readonly<Record<string, readonly string[]>>;

const COOKIES = 'set-cookie';
const NONE = {};

/** Headers of subgraphs' answers on their way to one client. */
export class ResponseHeaders {
  private readonly found: { subgraph: string; headers: AnswerHeaders }[] = [];

  add(subgraph: string, headers: AnswerHeaders): void {
    this.found.push({ subgraph, headers });
  }

  /**
   * All as one: of each name the different values by the order of the subgraphs' names, as one list
   * (RFC 9110, section 5.3), but cookies, which cannot be listed, each by itself.
   */
  merged(): Readonly<Record<string, string | string[]>> {
    if (this.found.length === 0) return NONE;
    const values = new Map<string, Set<string>>();
    for (const { headers } of this.found.toSorted((a, b) => compare(a.subgraph, b.subgraph))) {
      for (const [name, all] of Object.entries(headers)) {
        const known = values.get(name) ?? new Set<string>();
        values.set(name, known);
        for (const value of all) known.add(value);
      }
    }
    return Object.fromEntries(
      [...values].map(([name, all]) => [name, name === COOKIES ? [...all] : [...all].join(', ')]),
    );
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Those of an answer's headers that have one of the names; undefined where there is none. */
export function pickHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  names: readonly string[],
): AnswerHeaders | undefined {
  const found = names.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, Array.isArray(value) ? value : [value]] as const];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
