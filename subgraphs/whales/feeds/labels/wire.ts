import { OWNER_KINDS } from '@spyhop/platform/topics';
import { z } from 'zod';

/** Text that may be left out or empty. */
const optionalText = z
  .string()
  .nullish()
  .transform((text) => text?.trim() || null);

/** A date or an instant in ISO 8601, as epoch ms; null where none is given. */
const optionalDate = optionalText
  .refine((text) => text === null || /^\d{4}-\d\d-\d\d/.test(text), 'no date like 2024-08-09')
  .transform((text) => (text === null ? null : Date.parse(text.replace(/^(.{10}) /, '$1T'))))
  .refine((time) => time === null || Number.isFinite(time), 'no date like 2024-08-09');

const sourceUrl = optionalText.refine(
  (text) => text === null || (/^https?:\/\//.test(text) && URL.canParse(text)),
  'no address of a page',
);

const kind = z
  .string()
  .transform((text) => text.trim().toUpperCase().replaceAll('-', '_'))
  .pipe(z.enum(OWNER_KINDS));

/** Anybody's own labels, as CSV with a header or as JSON: documented in docs/whales.md. */
export const GeneralLabel = z.object({
  chain: z.string().trim().min(1),
  address: z.string().trim().min(1),
  name: z.string().trim().min(1).max(200),
  kind,
  /** Of the name where it is left out. */
  owner: optionalText,
  source: z.string().trim().min(1).max(64),
  sourceUrl,
  date: optionalDate,
  confidence: z.coerce.number().min(0).max(1).default(0.5),
});

/** `combinedAccountLabels.json` of brianleect/etherscan-labels: by address. */
export const EtherscanAccount = z.object({
  name: z.string(),
  labels: z.array(z.string()),
});

/** A TagPack of GraphSense (https://github.com/graphsense/graphsense-tagpack-tool): every value as text. */
const TagBody = z.object({
  label: optionalText,
  currency: optionalText,
  category: optionalText,
  actor: optionalText,
  source: optionalText,
  confidence: optionalText,
  lastmod: optionalDate,
});
export const Tag = TagBody.extend({ address: z.string().trim().min(1) });
export const TagPack = TagBody.extend({ tags: z.array(z.unknown()) });
export type TagPack = z.infer<typeof TagPack>;
