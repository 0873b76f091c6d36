/** A JSON object as subgraphs send it. */
export type Data = Record<string, unknown>;

/** Steps from the root of a response to a field: response keys and list indexes. */
export type Path = readonly (string | number)[];

export const isObject = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Merges what a subgraph answered into what is there: objects by key, lists of equal length by index. */
export function mergeInto(target: Data, source: Data): void {
  for (const key in source) {
    const incoming = source[key];
    if (incoming === undefined || key === '__proto__') continue;
    const existing = target[key];
    target[key] =
      typeof existing === 'object' && existing !== null ? merged(existing, incoming) : incoming;
  }
}

function merged(existing: unknown, incoming: unknown): unknown {
  if (isObject(existing) && isObject(incoming)) {
    mergeInto(existing, incoming);
    return existing;
  }
  if (!Array.isArray(existing) || !Array.isArray(incoming) || existing.length !== incoming.length) {
    return incoming;
  }
  return incoming.map((element, index) => merged(existing[index], element));
}
