/** What identifies an asset in the normalised cache. */
export function assetRef(symbol: string) {
  return { __typename: 'Asset' as const, symbol };
}
