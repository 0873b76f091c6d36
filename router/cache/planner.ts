import { hash } from 'node:crypto';
import type { FetchNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
} from 'graphql';
import { RequiredOfSchema } from '../guard/requirements';
import type { LoadedSupergraph } from '../supergraph/load';
import { CacheHints } from './hints';
import { type CachePolicy, PolicyReader } from './policy';
import {
  type CollectEntityTags,
  type CollectTags,
  compileEntityTags,
  compileTags,
} from './response-tags';
import { TagFormats } from './tag-formats';

/** What the cache needs to know of an operation that was prepared. */
export interface CacheableOperation {
  /** Equal for operations that answer the same, whatever they are called; short. */
  key: string;
  policy: CachePolicy;
  /** Of an answer of subgraphs, before it is projected. */
  tagsOf: CollectTags;
}

/** What the cache needs to know of a planner's fetch of entities whose results everybody may share. */
export interface CacheableFetch {
  /** Equal for fetches that ask one subgraph for the same; short. */
  key: string;
  subgraph: string;
  maxAgeSeconds: number;
  tagsOf: CollectEntityTags;
  /** Names of the operation's variables that it depends on. */
  variables: readonly string[];
}

/** Finds out what of a supergraph may be cached. */
export class CachePlanner {
  readonly formats: TagFormats;
  private readonly policies: PolicyReader;
  private readonly schema: GraphQLSchema;
  private readonly schemaHash: string;

  /** Throws ConfigError for tag formats that make no sense. */
  constructor({ supergraph, fullSchema, sdl }: LoadedSupergraph) {
    const { schema } = supergraph;
    this.schema = fullSchema;
    this.schemaHash = hash('sha256', sdl, 'base64url');
    this.formats = new TagFormats(schema);
    const required = new RequiredOfSchema(schema);
    this.policies = new PolicyReader(fullSchema, new CacheHints(schema), required);
  }

  /**
   * Of a valid operation with the fragments that it uses. `variant` tells apart what is answered differently
   * although it is written alike, as with the labels of overrides that hold.
   */
  operation(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variant: readonly string[] = [],
  ): CacheableOperation {
    return {
      key: this.keyOf('operation', ...variant, print(withoutName(document))),
      policy: this.policies.ofOperation(document, operation),
      tagsOf: compileTags(this.schema, this.formats, document, operation),
    };
  }

  /** Null for what is not a fetch of entities by a query, or what is not to be kept or not for everybody. */
  entityFetch(node: FetchNode): CacheableFetch | null {
    const { serviceName, operation, operationKind, requires, variableUsages = [] } = node;
    if (!requires || operationKind !== 'query') return null;
    const document = parse(operation, { noLocation: true });
    const { maxAgeSeconds, scope } = this.policies.ofEntities(document);
    if (maxAgeSeconds === 0 || scope === 'PRIVATE') return null;
    const key = this.keyOf('entities', serviceName, operation);
    const contextual = (node.contextRewrites ?? []).map(({ renameKeyTo }) => renameKeyTo);
    const variables = [...new Set([...variableUsages, ...contextual])];
    const tagsOf = compileEntityTags(this.schema, this.formats, document);
    return { key, subgraph: serviceName, maxAgeSeconds, tagsOf, variables };
  }

  private keyOf(...parts: string[]): string {
    return hash('sha256', JSON.stringify([this.schemaHash, ...parts]), 'base64url');
  }
}

const withoutName = (document: DocumentNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? { ...definition, name: undefined } : definition,
  ),
});
