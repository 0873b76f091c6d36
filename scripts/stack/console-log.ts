import { LOG_LEVELS, type LogLevel, withoutCredentials } from '@spyhop/platform/log';
import { z } from 'zod';

const entrySchema = z.object({
  level: z.number(),
  time: z.union([z.string(), z.number()]),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).partial().optional(),
});

type Entry = z.infer<typeof entrySchema>;

/** pino's numbers. */
const LEVELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};
const HIGHEST_LEVEL = 60;
const REPEAT_WINDOW_MS = 10_000;

/** Shows people the processes' log lines from a level up; what repeats is counted, not repeated. */
export class ConsoleLog {
  private readonly shown = new Map<string, { at: number; repeats: number }>();
  private readonly threshold: number;

  constructor(
    level: LogLevel,
    private readonly write: (line: string) => void,
    private readonly clock: () => number,
  ) {
    const index = LOG_LEVELS.indexOf(level);
    this.threshold = level === 'silent' ? Infinity : HIGHEST_LEVEL - index * 10;
  }

  /** One line of a process's output. */
  take(process: string, line: string): void {
    if (line.trim() === '') return;
    const entry = parseEntry(line);
    if (!entry) return this.show(process, line, withoutCredentials(line));
    if (entry.level < this.threshold) return;
    const detail = entry.err?.message ? `${entry.msg}: ${entry.err.message}` : entry.msg;
    this.show(process, detail, `${timeOf(entry)} ${LEVELS[entry.level] ?? entry.level} ${detail}`);
  }

  private show(process: string, key: string, text: string): void {
    const id = `${process}\0${key}`;
    const now = this.clock();
    const last = this.shown.get(id);
    if (last && now - last.at < REPEAT_WINDOW_MS) {
      last.repeats += 1;
      return;
    }
    this.forget(now);
    this.shown.set(id, { at: now, repeats: 0 });
    this.write(
      `${process.padEnd(9)} │ ${text}${last?.repeats ? ` (and ${last.repeats} more)` : ''}`,
    );
  }

  private forget(now: number): void {
    for (const [id, { at, repeats }] of this.shown) {
      if (repeats === 0 && now - at >= REPEAT_WINDOW_MS) this.shown.delete(id);
    }
  }
}

/** Processes log JSON; anything else is what a person, or a failing program, has to say. */
export const isLogEntry = (line: string): boolean => line.startsWith('{');

function parseEntry(line: string): Entry | undefined {
  if (!isLogEntry(line)) return undefined;
  try {
    return entrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const timeOf = ({ time }: Entry): string => new Date(time).toISOString().slice(11, 23);
