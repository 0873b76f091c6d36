import { stringify } from 'yaml';
import { type KeySchema, configSchema, variableOf } from './keys';

const HEAD = [
  '# yaml-language-server: $schema=./router.schema.json',
  '# Everything that can be configured, at its default; `npm run schema` writes this file.',
  '# Each key can be given by the environment variable in brackets too, which stands above the file:',
  '# lists as a,b and addresses by name as a=b,c=d.',
];

/** The JSON Schema of the configuration file, as text. */
export const schemaText = (): string => `${JSON.stringify(configSchema(), null, 2)}\n`;

/** A configuration file with every key at its default; those without one stand in comments. */
export const referenceText = (): string =>
  `${[...HEAD, ...linesOf(configSchema(), [])].join('\n')}\n`;

function linesOf({ properties = {} }: KeySchema, path: readonly string[]): string[] {
  const indent = '  '.repeat(path.length);
  return Object.entries(properties).flatMap(([name, schema]) => {
    const at = [...path, name];
    const { description = '', default: fallback } = schema;
    if (schema.properties) {
      return ['', `${indent}# ${description}`, `${indent}${name}:`, ...linesOf(schema, at)];
    }
    const choice = schema.enum ? ` One of ${schema.enum.join(', ')}.` : '';
    const told = `${indent}# ${description}${choice} [${variableOf(at, schema) ?? 'only here'}]`;
    if (fallback === undefined) return [told, `${indent}# ${name}:`];
    return [told, `${indent}${stringify({ [name]: fallback }, { singleQuote: true }).trimEnd()}`];
  });
}
