/** What a source remembers over a restart; the source keeps it small. */
export interface Memory<Entry> {
  all(): Promise<Entry[]>;
  keep(key: string, entry: Entry): Promise<void>;
  forget(keys: readonly string[]): Promise<void>;
}

/** Of a source that begins anew each time. */
export const noMemory = {
  all: async () => [],
  keep: async () => undefined,
  forget: async () => undefined,
};
