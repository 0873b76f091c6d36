import { GraphQLError } from 'graphql';

/** A request that cannot run; `errors` are for the client. */
export class RefusedOperation extends Error {
  override readonly name = 'RefusedOperation';

  constructor(
    readonly errors: readonly GraphQLError[],
    /** HTTP status where the reason asks for one, whatever the client accepts. */
    readonly status: number | null = null,
  ) {
    super(errors.map(({ message }) => message).join('\n'));
  }
}

/** One error with a code, as the reason why an operation cannot run. */
export const refused = (
  code: string,
  message: string,
  status: number | null = null,
): RefusedOperation =>
  new RefusedOperation([new GraphQLError(message, { extensions: { code } })], status);
