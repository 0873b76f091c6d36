import type { OnFrame } from '@spyhop/platform/frame-file';
import type { Answer, Outside, Socket } from '../outside';
import type { Followed, RecordedEvent } from './wire';

/** The world as it is, and all that is said to it and heard of it is written down. */
export function recordedOutside(outside: Outside, followed: Followed, onFrame: OnFrame): Outside {
  let lines = 0;
  const note = (event: RecordedEvent): void => onFrame(outside.clock(), JSON.stringify(event));
  note({ did: 'begin', followed });
  return {
    ...outside,
    connect: (source, url, options) => {
      lines += 1;
      return listenedTo(outside.connect(source, url, options), { source, line: lines }, note);
    },
    get: async (source, question) => {
      const askedAt = outside.clock();
      const noteAnswer = (answer: Answer | { status: null; text: string }): void => {
        const tookMs = Math.max(outside.clock() - askedAt, 0);
        note({ did: 'ask', source, path: question.path, tookMs, ...answer });
      };
      try {
        const answer = await outside.get(source, question);
        noteAnswer(answer);
        return answer;
      } catch (err) {
        if (!question.signal.aborted) noteAnswer({ status: null, text: '' });
        throw err;
      }
    },
  };
}

function listenedTo(
  socket: Socket,
  which: { source: string; line: number },
  note: (event: RecordedEvent) => void,
): Socket {
  const send = socket.send.bind(socket);
  socket.send = (text) => {
    note({ did: 'send', ...which, text });
    send(text);
  };
  socket.on('open', () => note({ did: 'open', ...which }));
  socket.on('message', (data) => note({ did: 'hear', ...which, text: data.toString() }));
  socket.on('close', () => note({ did: 'close', ...which }));
  return socket;
}
