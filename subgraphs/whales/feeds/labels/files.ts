import type { OnBytes } from '@spyhop/platform/file-bytes';
import type { Chains } from '../../rules/chains';
import type { SharedLabel } from '../../rules/labels';
import { parse as parseYaml } from 'yaml';
import {
  BadLabel,
  etherscanLabel,
  etherscanRow,
  generalLabel,
  listedAddress,
  listedChain,
  tagLabel,
  whaleSignal,
} from './parse';
import { LabelFileError, csvRecords, wholeText } from './read';
import { TagPack } from './wire';

/** A label, or why there is none; `row` is the line in CSV, the place in the list elsewhere, from 1. */
export type LabelRow = { row: number } & ({ label: SharedLabel } | { defect: string });

/** By its name. */
export const isLabelFile = (path: string): boolean => /\.(csv|json|ya?ml)(\.gz)?$/i.test(path);

/**
 * The labels of a file in any of the formats that docs/whales.md describes, told apart by what is in them.
 * Throws LabelFileError for one that is in none.
 */
export function readLabels(
  path: string,
  onBytes: OnBytes,
  chains: Chains,
): AsyncIterable<LabelRow> {
  if (/\.csv(\.gz)?$/i.test(path)) return csvLabels(path, onBytes, chains);
  return /\.json(\.gz)?$/i.test(path)
    ? jsonLabels(path, onBytes, chains)
    : yamlLabels(path, onBytes, chains);
}

type ReadRow = (row: Record<string, string>, path: string, chains: Chains) => SharedLabel;

/** By the columns that tell them apart, in lower case; the first that fits. */
const TABLES: readonly (readonly [string[], ReadRow])[] = [
  [
    ['chain', 'address', 'name', 'kind', 'source'],
    (row, _, chains) => generalLabel(generalRow(row), chains),
  ],
  [['address', 'label', 'category'], whaleSignal],
  [['address', 'name tag'], etherscanRow],
];

const generalRow = ({ sourceurl, confidence, ...row }: Record<string, string>) => ({
  ...row,
  sourceUrl: sourceurl,
  ...(confidence && { confidence }),
});

async function* csvLabels(
  path: string,
  onBytes: OnBytes,
  chains: Chains,
): AsyncGenerator<LabelRow> {
  let columns: string[] | null = null;
  let read: ReadRow | undefined;
  for await (const { fields, line } of csvRecords(path, onBytes)) {
    if (columns === null) {
      const names = fields.map((name) => name.trim().toLowerCase());
      columns = names;
      read = TABLES.find(([needed]) => needed.every((each) => names.includes(each)))?.[1];
      if (!read) throw unknownFormat(path, `columns ${fields.join(', ').slice(0, 200)}`);
      continue;
    }
    const row = Object.fromEntries(columns.map((name, at) => [name, fields[at] ?? '']));
    yield attempt(line, () => (read as ReadRow)(row, path, chains));
  }
}

async function* jsonLabels(
  path: string,
  onBytes: OnBytes,
  chains: Chains,
): AsyncGenerator<LabelRow> {
  const content = parsed(path, 'JSON', await wholeText(path, onBytes), JSON.parse);
  if (Array.isArray(content)) return yield* listed(content, (row) => generalLabel(row, chains));
  if (typeof content !== 'object' || content === null) throw unknownFormat(path, 'no object');
  const entries = Object.entries(content as Record<string, unknown>);
  if (entries.length > 0 && entries.every(([, value]) => Array.isArray(value))) {
    return yield* exchangeLists(path, entries as [string, unknown[]][]);
  }
  const isAccount = ([key, value]: [string, unknown]): boolean =>
    key.startsWith('0x') && typeof value === 'object' && value !== null && 'labels' in value;
  if (!entries.some(isAccount)) throw unknownFormat(path, 'an object of something else');
  yield* listed(entries, ([address, account]) => etherscanLabel(address, account));
}

function* exchangeLists(path: string, lists: [string, unknown[]][]): Generator<LabelRow> {
  const chain = listedChain(path);
  if (chain === null) {
    throw new LabelFileError(
      `${path}: lists of exchanges say their chain by how the file is called, e.g. btc_wallets.json`,
    );
  }
  const all = lists.flatMap(([exchange, wallets]) => wallets.map((each) => [exchange, each]));
  yield* listed(all, ([exchange, wallet]) => listedAddress(chain, String(exchange), wallet));
}

async function* yamlLabels(
  path: string,
  onBytes: OnBytes,
  chains: Chains,
): AsyncGenerator<LabelRow> {
  // Every value stays text: 0xc96c… is no number.
  const parse = (text: string): unknown => parseYaml(text, { schema: 'failsafe' });
  const pack = TagPack.safeParse(parsed(path, 'YAML', await wholeText(path, onBytes), parse));
  if (!pack.success) throw unknownFormat(path, 'no tag pack');
  yield* listed(pack.data.tags, (tag) => tagLabel(pack.data, tag, chains));
}

function* listed<Item>(
  items: readonly Item[],
  read: (item: Item) => SharedLabel,
): Generator<LabelRow> {
  for (const [at, item] of items.entries()) yield attempt(at + 1, () => read(item));
}

function attempt(row: number, read: () => SharedLabel): LabelRow {
  try {
    return { row, label: read() };
  } catch (err) {
    if (!(err instanceof BadLabel)) throw err;
    return { row, defect: err.message };
  }
}

function parsed(
  path: string,
  format: string,
  text: string,
  parse: (text: string) => unknown,
): unknown {
  try {
    return parse(text);
  } catch (err) {
    throw new LabelFileError(
      `${path}: it is no ${format} (${(err as Error).message.split('\n')[0]})`,
    );
  }
}

const unknownFormat = (path: string, found: string): LabelFileError =>
  new LabelFileError(
    `${path}: it has ${found}, which is none of the formats of labels; docs/whales.md lists them`,
  );
