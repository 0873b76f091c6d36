import fs from 'node:fs';
import { jest } from '@jest/globals';

const STDOUT = 1;

/** The log lines that this process writes from here on, until `stop`. */
export function readLog(): { lines: Record<string, unknown>[]; stop: () => void } {
  const lines: Record<string, unknown>[] = [];
  const write = fs.writeSync.bind(fs) as (fd: number, ...rest: unknown[]) => number;
  const spy = jest.spyOn(fs, 'writeSync').mockImplementation(((fd: number, ...rest: unknown[]) => {
    const [text] = rest;
    if (fd !== STDOUT || typeof text !== 'string') return write(fd, ...rest);
    for (const line of text.split('\n').filter((part) => part.startsWith('{'))) {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    }
    return Buffer.byteLength(text);
  }) as typeof fs.writeSync);
  return { lines, stop: () => spy.mockRestore() };
}
