/** The address of an asset's page. */
export function assetPath(symbol: string): string {
  return `/asset/${encodeURIComponent(symbol)}`;
}
