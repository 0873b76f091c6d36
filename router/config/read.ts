import { readFileSync } from 'node:fs';
import { ConfigError } from '@spyhop/platform/config';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { CONFIG_VARIABLE, type Key, type KeySchema, configKeys, isRouters } from './keys';
import { type RouterConfig, RouterOptions } from './options';

type Environment = Readonly<Record<string, string | undefined>>;
type Section = Record<string, unknown>;

/** The configuration as far as it is sound. */
export interface ConfigRead {
  /** With defaults in the place of what is faulty, and `UNNAMED` where no supergraph is named; null beyond that. */
  config: RouterConfig | null;
  faults: string[];
}

/** Like `checkRouterConfig`. Throws ConfigError that names every fault. */
export function readRouterConfig(env: Environment): RouterConfig {
  const { config, faults } = checkRouterConfig(env);
  if (config && faults.length === 0) return config;
  throw new ConfigError(faults);
}

/**
 * The configuration: what the environment says stands above what the file says that ROUTER_CONFIG
 * names. An empty variable counts as unset.
 */
export function checkRouterConfig(env: Environment): ConfigRead {
  const keys = configKeys();
  const { options, faults } = readFile(env[CONFIG_VARIABLE]);
  const named = new Map<string, string>();
  for (const { path, variable, schema } of keys) {
    const text = env[variable];
    if (text === undefined || text === '') continue;
    named.set(path.join('.'), variable);
    put(options, path, valueOf(text, schema));
  }
  const parsed = RouterOptions.safeParse(options);
  faults.push(...unknownVariables(env, keys));
  if (parsed.success) return { config: parsed.data, faults };
  faults.push(...parsed.error.issues.flatMap((issue) => faultsOf(issue, named, keys)));
  const sound = RouterOptions.safeParse(withoutFaults(options, parsed.error.issues));
  return { config: sound.data ?? null, faults };
}

/** No file is called that. */
export const UNNAMED = '\0';
const FILE_KEY = ['supergraph', 'file'];

/** The options without the keys that issues are about. */
function withoutFaults(options: Section, issues: readonly z.core.$ZodIssue[]): Section {
  const sound = structuredClone(options);
  for (const issue of issues) {
    const at = issue.path.map(String);
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...at, key]) : [at];
    for (const [section = '', key] of keys) {
      const inner = sound[section];
      if (key !== undefined && isSection(inner)) delete inner[key];
      else delete sound[section];
    }
  }
  const { file } = isSection(sound['supergraph']) ? sound['supergraph'] : {};
  if (file === undefined) put(sound, FILE_KEY, UNNAMED);
  return sound;
}

function readFile(file: string | undefined): { options: Section; faults: string[] } {
  if (!file) return { options: {}, faults: [] };
  try {
    const document = parseDocument(readFileSync(file, 'utf8'));
    const faults = document.errors.map(({ message }) => `${file}: ${message}`);
    const options: unknown = faults.length > 0 ? {} : (document.toJS() ?? {});
    if (isSection(options)) return { options, faults };
    return { options: {}, faults: [`${file}: must have keys, like "port: 4000"`] };
  } catch (err) {
    const why = err instanceof Error ? err.message : String(err);
    return { options: {}, faults: [`${file}: cannot be read: ${why}`] };
  }
}

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Leaves alone what has the wrong shape: whoever checks it says so. */
function put(options: Section, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    options[name] = value;
    return;
  }
  const inner = (options[name] ??= {});
  if (isSection(inner)) put(inner, rest, value);
}

/** What a variable's text means for a key of that kind; the text itself where it means nothing. */
function valueOf(text: string, { type }: KeySchema): unknown {
  if (type === 'integer' || type === 'number')
    return Number.isNaN(Number(text)) ? text : Number(text);
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'array') return words(text);
  if (type === 'object') return pairsOf(words(text)) ?? text;
  return text;
}

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** `name=value` each; null where one is not. */
function pairsOf(all: readonly string[]): Record<string, string> | null {
  const pairs = all.map((pair) => /^([^=]+)=(.+)$/.exec(pair));
  if (pairs.includes(null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]));
}

const unknownVariables = (env: Environment, keys: readonly Key[]): string[] => {
  const known = new Set(keys.map(({ variable }) => variable));
  return Object.keys(env)
    .filter((variable) => isRouters(variable) && !known.has(variable))
    .map((variable) => `${variable}: there is no such key`);
};

/** Names where a fault is: the variable that said it, or the place in the file. */
function faultsOf(
  issue: z.core.$ZodIssue,
  named: ReadonlyMap<string, string>,
  keys: readonly Key[],
): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...issue.path, key].join('.')}: there is no such key`);
  }
  const path = issue.path.join('.');
  const key = keys.find((each) => path === each.path.join('.') || isIn(issue.path, each.path));
  const variable = key && named.get(key.path.join('.'));
  const missing = key && !variable && `${path} (or ${key.variable})`;
  return [`${variable ?? (missing || path || 'configuration')}: ${issue.message}`];
}

const isIn = (path: readonly PropertyKey[], outer: readonly string[]): boolean =>
  outer.every((part, at) => path[at] === part);
