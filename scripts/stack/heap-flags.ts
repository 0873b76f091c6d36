/**
 * V8 sizes a heap by the machine: on a big one it lets garbage pile up for hundreds of MB. These start
 * collecting early and bound nothing that is in use.
 */
export const HEAP_FLAGS: readonly string[] = [
  '--max-semi-space-size=8',
  '--initial-old-space-size=64',
];
