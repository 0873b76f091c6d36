import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

type Bundle = Rolldown.OutputBundle;

function chunkOf(bundle: Bundle, file: string): Rolldown.OutputChunk | undefined {
  const output = bundle[file];
  return output?.type === 'chunk' ? output : undefined;
}

/** The entry and everything that it imports without waiting for somebody to need it. */
function firstLoadFiles(bundle: Bundle): Set<string> {
  const files = new Set<string>();
  const add = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    chunkOf(bundle, file)?.imports.forEach(add);
  };
  for (const output of Object.values(bundle)) {
    if (output.type === 'chunk' && output.isEntry) add(output.fileName);
  }
  return files;
}

/** Reports the gzipped JavaScript of the first load, and fails the build above `budgetKb` (1000 bytes). */
export function firstLoadBudget(budgetKb: number): Plugin {
  return {
    name: 'first-load-budget',
    apply: 'build',
    writeBundle(_, bundle) {
      const bytes = [...firstLoadFiles(bundle)]
        .map((file) => gzipSync(chunkOf(bundle, file)?.code ?? '', { level: 9 }).length)
        .reduce((sum, size) => sum + size, 0);
      const size = `first load: ${(bytes / 1000).toFixed(1)} kB of gzipped JavaScript`;
      if (bytes > budgetKb * 1000) this.error(`${size}, over the budget of ${budgetKb} kB`);
      this.info(`${size} of ${budgetKb} kB`);
    },
  };
}
