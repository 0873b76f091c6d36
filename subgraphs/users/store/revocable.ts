/** Routers are told of no more at once. */
const REVOKED_AT_ONCE = 1_000;

/** As many of them as can be revoked at once, until all are. */
export function* revocable(ids: readonly string[]): Generator<string[]> {
  for (let at = 0; at < ids.length; at += REVOKED_AT_ONCE)
    yield ids.slice(at, at + REVOKED_AT_ONCE);
}
