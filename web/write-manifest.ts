import { writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink } from '@apollo/client';
import { type DocumentNode, Kind, OperationTypeNode, print } from 'graphql';
import { of } from 'rxjs';
import { createCache } from './src/app/cache.ts';
import * as generated from './src/generated/graphql.ts';

// Run by the build, after codegen: lists what the dashboard asks, for servers that know or allow only that
// (https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format).

interface ListedOperation {
  /** The SHA-256 of the body, in hexadecimal. */
  id: string;
  name: string;
  type: OperationTypeNode;
  body: string;
}

const FILE = new URL('src/generated/persisted-operations.json', import.meta.url);

/** The client sends documents that it has changed: it is asked for them, not told. */
async function listed(document: DocumentNode): Promise<ListedOperation> {
  let sent: ApolloLink.Operation | undefined;
  const link = new ApolloLink((operation) => {
    sent = operation;
    return of({ data: null });
  });
  const client = new ApolloClient({ cache: createCache(), dataMasking: true, link });
  await start(client, document);
  if (!sent?.operationName) throw new Error(`an operation has no name: ${print(document)}`);
  const body = print(sent.query);
  const id = createHash('sha256').update(body).digest('hex');
  return { id, name: sent.operationName, type: sent.operationType, body };
}

async function start(client: ApolloClient, document: DocumentNode): Promise<unknown> {
  switch (typeOf(document)) {
    case OperationTypeNode.QUERY:
      return client.query({ query: document, fetchPolicy: 'no-cache' });
    case OperationTypeNode.MUTATION:
      return client.mutate({ mutation: document, fetchPolicy: 'no-cache' });
    default:
      return new Promise<void>((resolve) => {
        client.subscribe({ query: document }).subscribe({ complete: resolve });
      });
  }
}

/** Undefined for what is a fragment alone. */
function typeOf({ definitions }: DocumentNode): OperationTypeNode | undefined {
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.operation : undefined;
}

const documents: DocumentNode[] = Object.values(generated).filter(
  (document) => typeOf(document) !== undefined,
);
const operations = await Promise.all(documents.map(listed));
operations.sort((one, other) => one.name.localeCompare(other.name));
const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
writeFileSync(FILE, `${JSON.stringify(manifest, null, 2)}\n`);
