import { once } from 'node:events';
import { type Server, type Socket, connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeTogether } from '../write-together';

/** What reaches the system below a stream, call by call. */
function recorder(): { stream: Writable; calls: string[] } {
  const calls: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => (calls.push(String(chunk)), done()),
    writev: (chunks, done) => (calls.push(chunks.map(({ chunk }) => chunk).join('')), done()),
  });
  return { stream, calls };
}

const send = (stream: Writable, text: string): void => {
  writeTogether(stream);
  stream.write(text);
};

describe('writing together', () => {
  it('hands what is written in one turn to the system in one piece', async () => {
    const { stream, calls } = recorder();
    for (const text of ['a', 'b', 'c']) send(stream, text);
    await new Promise(setImmediate);
    expect(calls).toEqual(['abc']);
  });

  it('takes what follows through promises into the same piece', async () => {
    const { stream, calls } = recorder();
    send(stream, 'a');
    void Promise.resolve()
      .then(() => send(stream, 'b'))
      .then(() => send(stream, 'c'));
    await new Promise(setImmediate);
    expect(calls).toEqual(['abc']);
  });

  it('holds nothing back until a later turn', async () => {
    const { stream, calls } = recorder();
    send(stream, 'a');
    await new Promise(setImmediate);
    send(stream, 'b');
    await new Promise(setImmediate);
    expect(calls).toEqual(['a', 'b']);
  });
});

describe('writing together on a connection', () => {
  let server: Server;
  let accepted: Socket;
  let client: Socket;

  beforeEach(async () => {
    server = createServer((socket) => (accepted = socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await Promise.all([once(client, 'connect'), once(server, 'connection')]);
  });

  afterEach(() => {
    client.destroy();
    server.close();
  });

  it('still sends what was written before the connection is ended in the same turn', async () => {
    send(accepted, 'a');
    send(accepted, 'b');
    accepted.end();
    client.setEncoding('utf8');
    const received: string[] = [];
    client.on('data', (text: string) => received.push(text));
    await once(client, 'end');
    expect(received.join('')).toBe('ab');
  });
});
