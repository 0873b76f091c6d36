import type { OnFault, Recorded, RecordedFile } from './recorded';

interface Head {
  next: Recorded;
  readonly rest: AsyncGenerator<Recorded>;
}

/** The messages of all files in the order of their receipt; a file is opened when its time comes. */
export async function* mergedByTime(
  files: readonly RecordedFile[],
  onFault: (path: string) => OnFault,
): AsyncGenerator<Recorded> {
  const closed = [...files].sort((a, b) => a.firstAt - b.firstAt);
  const heads: Head[] = [];
  try {
    for (;;) {
      await openDue(closed, heads, onFault);
      const head = earliest(heads);
      if (head === undefined) return;
      yield head.next;
      await advance(heads, head);
    }
  } finally {
    for (const { rest } of heads) await rest.return(undefined);
  }
}

async function openDue(
  closed: RecordedFile[],
  heads: Head[],
  onFault: (path: string) => OnFault,
): Promise<void> {
  for (;;) {
    const [file] = closed;
    const head = earliest(heads);
    if (file === undefined || (head !== undefined && head.next.at < file.firstAt)) return;
    closed.shift();
    const rest = file.read(onFault(file.path));
    const first = await rest.next();
    if (first.done !== true) heads.push({ next: first.value, rest });
  }
}

function earliest(heads: readonly Head[]): Head | undefined {
  let [found] = heads;
  for (const head of heads) if (found !== undefined && head.next.at < found.next.at) found = head;
  return found;
}

async function advance(heads: Head[], head: Head): Promise<void> {
  const following = await head.rest.next();
  if (following.done === true) heads.splice(heads.indexOf(head), 1);
  else head.next = following.value;
}
