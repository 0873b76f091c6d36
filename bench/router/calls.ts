/** What a bench asks of one of its processes, and the answer. */
interface Call {
  call: number;
  name: string;
  argument: unknown;
}

interface Reply {
  reply: number;
  value: unknown;
}

export const isReply = (message: unknown): message is Reply =>
  typeof message === 'object' && message !== null && 'reply' in message;

const isCall = (message: unknown): message is Call =>
  typeof message === 'object' && message !== null && 'call' in message;

type Handler = (argument: never) => unknown;

const handlers = new Map<string, Handler>();
/** Calls that came before their handlers. */
const early: Call[] = [];

/** Answers the calls of these names that the bench sends to this process. */
export function answerCalls(added: Readonly<Record<string, Handler>>): void {
  if (handlers.size === 0) process.on('message', (message) => isCall(message) && take(message));
  for (const [name, handler] of Object.entries(added)) handlers.set(name, handler);
  for (const call of early.splice(0)) take(call);
}

function take(call: Call): void {
  const handle = handlers.get(call.name);
  if (handle) void answer(call, handle);
  else early.push(call);
}

async function answer({ call, argument }: Call, handle: Handler): Promise<void> {
  process.send?.({ reply: call, value: await handle(argument as never) });
}
