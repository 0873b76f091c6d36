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
}

/** One thing that can be configured. */
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
};

const PREFIX = 'ROUTER_';

/** The file as JSON Schema, for editors. */
export const configSchema = (): KeySchema =>
  z.toJSONSchema(RouterOptions, { io: 'input' }) as KeySchema;

/** Everything that can be configured, in the file's order. */
export const configKeys = (): Key[] => keysIn(configSchema(), []);

const keysIn = (section: KeySchema, path: readonly string[]): Key[] =>
  Object.entries(section.properties ?? {}).flatMap(([name, schema]) => {
    const at = [...path, name];
    return schema.properties
      ? keysIn(schema, at)
      : [{ path: at, variable: variableOf(at), schema }];
  });

/** The variable of a key: `live.lingerMs` is ROUTER_LIVE_LINGER_MS. */
export const variableOf = (path: readonly string[]): string =>
  COMMON_VARIABLES[path.join('.')] ??
  PREFIX +
    path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_');

/** Names a file with the configuration. */
export const CONFIG_VARIABLE = 'ROUTER_CONFIG';

/** Whether a variable claims to be the router's. */
export const isRouters = (variable: string): boolean =>
  variable.startsWith(PREFIX) && variable !== CONFIG_VARIABLE;
