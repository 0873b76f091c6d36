import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOf } from './asking';

/** A manifest's text that lists these, each under its hash. */
export const manifestOf = (...bodies: readonly string[]): string =>
  manifestBy(Object.fromEntries(bodies.map((body) => [hashOf(body), body])));

/** A manifest's text that lists these by their ids. */
export const manifestBy = (bodies: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: Object.entries(bodies).map(([id, body]) => {
      const [type, name = ''] = body.split(/\W+/);
      return { id, name, type, body };
    }),
  });

/** A manifest in a folder of its own. */
export class ManifestFile {
  private constructor(
    private readonly folder: string,
    readonly path: string,
  ) {}

  static async with(text: string): Promise<ManifestFile> {
    const folder = await mkdtemp(join(tmpdir(), 'router-manifest-'));
    const file = new ManifestFile(folder, join(folder, 'manifest.json'));
    await file.write(text);
    return file;
  }

  write(text: string): Promise<void> {
    return writeFile(this.path, text);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
