import type { FetchNode } from '@apollo/query-planner';
import { quote } from './json-text';

/** The JSON of a request to a subgraph. */
export type BodyOf = (
  variables: Readonly<Record<string, unknown>>,
  /** Of entities, as JSON. */
  representations?: readonly string[],
) => string;

/** Prepares all of a fetch's request but what changes from one to the next. */
export function bodyWriter(node: FetchNode): BodyOf {
  const { operation: query, operationName, variableUsages = [] } = node;
  const contextual = (node.contextRewrites ?? []).map(({ renameKeyTo }) => renameKeyTo);
  const head = `${JSON.stringify({ query, operationName }).slice(0, -1)},"variables":{`;
  const names = [...new Set([...variableUsages, ...contextual])].map((name) => ({
    name,
    text: `${quote(name)}:`,
  }));
  return (variables, representations) => {
    const parts: string[] = [];
    for (const { name, text } of names) {
      if (variables[name] !== undefined) parts.push(text + JSON.stringify(variables[name]));
    }
    if (representations) parts.push(`"representations":[${representations.join(',')}]`);
    return `${head}${parts.join(',')}}}`;
  };
}
