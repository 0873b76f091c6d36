/** Results that are ready for everyone. */
export interface Delivery {
  payloads: readonly Buffer[];
  /** Whose newest states they carry. */
  keys: readonly string[];
}
