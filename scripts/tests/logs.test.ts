import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogLevel } from '@spyhop/platform/log';
import { ConsoleLog } from '../stack/console-log';
import { LogFile } from '../stack/log-file';

const entry = (level: number, msg: string, extra: object = {}): string =>
  JSON.stringify({ level, time: '2026-01-02T03:04:05.678Z', name: 'market', msg, ...extra });

function consoleAt(level: LogLevel): {
  lines: string[];
  log: ConsoleLog;
  pass: (ms: number) => void;
} {
  const lines: string[] = [];
  let now = 0;
  const log = new ConsoleLog(
    level,
    (line) => lines.push(line),
    () => now,
  );
  return { lines, log, pass: (ms) => (now += ms) };
}

describe("the processes' logs on the console", () => {
  it('show only what is at the level or above, with the process and the reason', () => {
    const { lines, log } = consoleAt('warn');
    log.take('feeds', entry(30, 'connected'));
    log.take('feeds', entry(40, 'redis connection', { err: { message: 'ECONNREFUSED' } }));
    log.take('router', entry(50, 'broken'));
    expect(lines).toEqual([
      'feeds     │ 03:04:05.678 WARN redis connection: ECONNREFUSED',
      'router    │ 03:04:05.678 ERROR broken',
    ]);
  });

  it.each<[LogLevel, number]>([
    ['trace', 6],
    ['info', 4],
    ['fatal', 1],
    ['silent', 0],
  ])('show at %s %d of the six levels', (level, count) => {
    const { lines, log } = consoleAt(level);
    for (const number of [10, 20, 30, 40, 50, 60]) log.take('feeds', entry(number, `${number}`));
    expect(lines).toHaveLength(count);
  });

  it('count what repeats instead of repeating it', () => {
    const { lines, log, pass } = consoleAt('warn');
    for (let i = 0; i < 100; i++) log.take('feeds', entry(40, 'redis connection'));
    expect(lines).toHaveLength(1);
    pass(10_000);
    log.take('feeds', entry(40, 'redis connection'));
    expect(lines[1]).toMatch(/redis connection \(and 99 more\)$/);
  });

  it('show what is no log entry, without the passwords in addresses', () => {
    const { lines, log } = consoleAt('warn');
    log.take('feeds', 'Error: postgresql://spyhop:hidden@127.0.0.1/spyhop refuses');
    expect(lines).toEqual(['feeds     │ Error: postgresql://***@127.0.0.1/spyhop refuses']);
  });
});

describe("the processes' logs on disk", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spyhop-logs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('go on where the last run ended', () => {
    for (const line of ['first', 'second']) {
      const log = new LogFile(join(folder, 'logs', 'feeds.log'));
      log.write(line);
      log.close();
    }
    expect(readFileSync(join(folder, 'logs', 'feeds.log'), 'utf8')).toBe('first\nsecond\n');
  });

  it('never take more than two files of the limit, and keep the newest', () => {
    const file = join(folder, 'feeds.log');
    const log = new LogFile(file, 1_000);
    for (let i = 0; i < 500; i++) log.write(`line ${i}`);
    log.close();
    expect(readdirSync(folder).sort()).toEqual(['feeds.log', 'feeds.log.1']);
    expect(statSync(file).size).toBeLessThanOrEqual(1_000);
    expect(readFileSync(file, 'utf8')).toContain('line 499\n');
  });
});
