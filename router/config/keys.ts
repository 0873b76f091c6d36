import { z } from 'zod';
import { RouterOptions } from './options';

/** What JSON Schema says of one key or section. */
export interface KeySchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  properties?: Readonly<Record<string, KeySchema>>;
  required?: readonly string[];
  additionalProperties?: unknown;
  items?: unknown;
}

/** One thing that a variable can configure. */
export interface Key {
  /** From the outermost section. */
  path: readonly string[];
  /** The environment variable that stands above the file. */
  variable: string;
  schema: KeySchema;
}

/** Variables that mean the same to every process of a stack. */
const COMMON_VARIABLES: Readonly<Record<string, string>> = {
  port: 'PORT',
  host: 'HOST',
  'log.level': 'LOG_LEVEL',
  'log.pretty': 'LOG_PRETTY',
  'redis.url': 'REDIS_URL',
  'redis.prefix': 'REDIS_PREFIX',
  'http.trustProxy': 'TRUST_PROXY',
};

const PREFIX = 'ROUTER_';

/** The file as JSON Schema, for editors. */
export const configSchema = (): KeySchema =>
  z.toJSONSchema(RouterOptions, { io: 'input' }) as KeySchema;

/** Everything that variables can configure, in the file's order. */
export const configKeys = (): Key[] => keysIn(configSchema(), []);

const keysIn = (section: KeySchema, path: readonly string[]): Key[] =>
  Object.entries(section.properties ?? {}).flatMap(([name, schema]) => {
    const at = [...path, name];
    if (schema.properties) return keysIn(schema, at);
    const variable = variableOf(at, schema);
    return variable === null ? [] : [{ path: at, variable, schema }];
  });

/** The variable of a key: `live.lingerMs` is ROUTER_LIVE_LINGER_MS; null for what only a file can say. */
export const variableOf = (path: readonly string[], schema: KeySchema): string | null =>
  hasSections(schema) ? null : (COMMON_VARIABLES[path.join('.')] ?? variableNamed(path));

const variableNamed = (path: readonly string[]): string =>
  PREFIX +
  path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_');

/** A list of sections, or sections by name. */
const hasSections = ({ items, additionalProperties }: KeySchema): boolean =>
  [items, additionalProperties].some(
    (inner) => typeof inner === 'object' && inner !== null && 'properties' in inner,
  );

/** Names a file with the configuration. */
export const CONFIG_VARIABLE = 'ROUTER_CONFIG';

/** Whether a variable claims to be the router's. */
export const isRouters = (variable: string): boolean =>
  variable.startsWith(PREFIX) && variable !== CONFIG_VARIABLE;
