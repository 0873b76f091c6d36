import type { PathError } from '../execute/errors';

/** The bytes of a result whose root field has that value, given as JSON. */
export const payloadOf = (
  responseName: string,
  valueJson: string,
  errors: readonly PathError[],
  requestId: string,
): Buffer => withErrors(`"data":{${JSON.stringify(responseName)}:${valueJson}}`, errors, requestId);

/** The bytes of a result without data. */
export const payloadWithoutData = (errors: readonly PathError[], requestId: string): Buffer =>
  withErrors('"data":null', errors, requestId);

function withErrors(data: string, errors: readonly PathError[], requestId: string): Buffer {
  if (errors.length === 0) return Buffer.from(`{${data}}`);
  const extensions = JSON.stringify({ requestId });
  return Buffer.from(`{${data},"errors":${JSON.stringify(errors)},"extensions":${extensions}}`);
}
