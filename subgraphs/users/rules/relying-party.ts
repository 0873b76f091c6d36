/** Who passkeys are for: they count nowhere else (Web Authentication Level 3, section 5.1.2). */
export interface RelyingParty {
  /** The host, without port. */
  id: string;
  /** Of the only pages that may ask for them. */
  origin: string;
  name: string;
}

/** From the configured address of the product, never from what a client calls it. */
export function relyingPartyOf(publicUrl: string): RelyingParty {
  const { hostname, origin } = new URL(publicUrl);
  return { id: hostname, origin, name: 'Spyhop' };
}
