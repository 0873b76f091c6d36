import type { OnBytes } from '@spyhop/platform/file-bytes';
import { BulkFileError, linesOf } from './file';

/** A row of comma-separated fields by the names of its columns. */
export interface CsvRow {
  number: number;
  fields: Readonly<Record<string, string>>;
}

/**
 * Rows under a header; blanks around names count for nothing. None of these exports knows quotes; a row with more or
 * fewer fields than the header has null for its fields.
 */
export async function* csvRows(
  path: string,
  onBytes: OnBytes,
): AsyncGenerator<{ number: number; fields: CsvRow['fields'] | null }> {
  let names: string[] | null = null;
  for await (const { number, line } of linesOf(path, onBytes)) {
    const fields = line.split(',');
    if (names === null) {
      names = fields.map((name) => name.trim());
      continue;
    }
    const entries = names.map((name, index) => [name, fields[index]?.trim() ?? '']);
    const isWhole = fields.length === names.length;
    yield { number, fields: isWhole ? (Object.fromEntries(entries) as CsvRow['fields']) : null };
  }
  if (names === null) throw new BulkFileError('it is empty');
}
