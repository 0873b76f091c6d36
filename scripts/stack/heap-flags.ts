/**
 * V8 sizes a heap by the machine: on a big one it lets garbage pile up for hundreds of MB. These bound
 * the young generation, and let the old one grow to two and a half times what is in use before it
 * is collected: V8's own, smaller steps stop a process that serves live data for up to 100 ms every
 * few seconds.
 */
export const HEAP_FLAGS: readonly string[] = [
  '--max-semi-space-size=16',
  '--heap-growing-percent=150',
];
