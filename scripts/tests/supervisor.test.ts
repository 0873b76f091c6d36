import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import type { StackFault } from '../stack/fault';
import { ProcessUnit } from '../stack/process-unit';
import { type Exit, type Running, Supervisor, type Unit } from '../stack/supervisor';
import { fixture, nodeArguments } from './fixtures/sources';

/** A supervisor and what it says, with waiting for the next word. */
class Rig {
  readonly said: string[] = [];
  readonly faults: StackFault[] = [];
  readonly supervisor: Supervisor;
  private wake: () => void = () => undefined;

  constructor(maxDeaths = 3) {
    this.supervisor = new Supervisor({
      say: (line) => this.note(() => this.said.push(line)),
      giveUp: (fault) => this.note(() => this.faults.push(fault)),
      backOffMs: [1, 2],
      maxDeaths,
    });
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private note(record: () => void): void {
    record();
    this.wake();
  }
}

/** A unit whose lives the test ends. */
class FakeUnit implements Unit {
  lives = 0;
  die: (exit: Exit) => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly log: string[] = [],
    private readonly refuse = false,
  ) {}

  async start(): Promise<Running> {
    this.lives += 1;
    if (this.refuse && this.lives > 1) throw new Error('does not come up');
    this.log.push(`${this.name} up`);
    const exited = new Promise<Exit>((resolve) => (this.die = resolve));
    const stop = async (): Promise<void> => {
      this.log.push(`${this.name} down`);
      this.die({ reason: 'asked to', final: false });
    };
    return { exited, stop };
  }
}

const crash: Exit = { reason: 'SIGKILL', final: false };

describe('the supervisor', () => {
  it('starts again what dies and says so', async () => {
    const rig = new Rig();
    const unit = new FakeUnit('router');
    await rig.supervisor.add(unit, 0);
    unit.die(crash);
    await rig.until(() => rig.said.includes('router is back'));
    expect(rig.said).toEqual(['router stopped (SIGKILL): starting it again', 'router is back']);
    expect(unit.lives).toBe(2);
    await rig.supervisor.stop();
  });

  it('gives up on what keeps dying, with the last reason', async () => {
    const rig = new Rig(3);
    const unit = new FakeUnit('feeds');
    await rig.supervisor.add(unit, 0);
    for (const back of [1, 2]) {
      unit.die(crash);
      await rig.until(() => rig.said.filter((line) => line === 'feeds is back').length === back);
    }
    unit.die({ reason: 'out of memory', final: false });
    await rig.until(() => rig.faults.length > 0);
    expect(rig.faults.map(({ message }) => message)).toEqual([
      'feeds died 3 times within 60 s, last: out of memory',
    ]);
  });

  it('counts a start that fails as a death', async () => {
    const rig = new Rig(3);
    const unit = new FakeUnit('feeds', [], true);
    await rig.supervisor.add(unit, 0);
    unit.die(crash);
    await rig.until(() => rig.faults.length > 0);
    expect(rig.faults[0]?.message).toMatch(/died 3 times .* does not come up$/);
  });

  it('gives up at once where no restart can help', async () => {
    const rig = new Rig();
    const unit = new FakeUnit('PostgreSQL');
    await rig.supervisor.add(unit, 0);
    unit.die({ reason: 'code 1', lastWords: 'write: No space left on device', final: true });
    await rig.until(() => rig.faults.length > 0);
    expect(rig.faults[0]?.message).toMatch(/^PostgreSQL: disk full: free some space/);
    expect(unit.lives).toBe(1);
  });

  it('stops from the top layer down and restarts nothing while it does', async () => {
    const log: string[] = [];
    const rig = new Rig();
    for (const [layer, name] of ['Redis', 'subgraphs', 'router'].entries()) {
      await rig.supervisor.add(new FakeUnit(name, log), layer);
    }
    await rig.supervisor.stop();
    expect(log.slice(3)).toEqual(['router down', 'subgraphs down', 'Redis down']);
    expect(rig.said).toEqual([]);
  });
});

describe('a supervised process', () => {
  const units: ProcessUnit[] = [];
  afterEach(() => {
    for (const unit of units.splice(0)) unit.kill();
  });

  function processUnit(
    main: string,
    env: NodeJS.ProcessEnv = {},
    lines: string[] = [],
  ): ProcessUnit {
    const unit = new ProcessUnit({
      name: 'fake',
      args: nodeArguments('run.ts', fixture(main)),
      env: { ...process.env, ...env },
      onLine: (line) => lines.push(line),
    });
    units.push(unit);
    return unit;
  }

  it('that is killed is running again without anybody doing anything', async () => {
    const rig = new Rig();
    const lines: string[] = [];
    await rig.supervisor.add(processUnit('main-that-runs', { NAME: 'kept' }, lines), 0);
    const pids = (): number[] =>
      lines.flatMap((line) => /pid (\d+), NAME=kept/.exec(line)?.slice(1).map(Number) ?? []);
    // What it says comes on another way than that it is ready.
    const [pid = NaN] = await until(pids, ({ length }) => length === 1);
    process.kill(pid, 'SIGKILL');
    await rig.until(() => rig.said.includes('fake is back'));
    await until(() => new Set(pids()).size === 2);
    await rig.supervisor.stop();
    expect(lines.filter((line) => line === 'first stopped')).toHaveLength(1);
  });

  it('is loaded before it may start, and can be let go unstarted', async () => {
    const lines: string[] = [];
    const unit = processUnit('main-that-runs', {}, lines);
    unit.preload();
    await unit.discard();
    expect(lines).toEqual([]);
  });

  it('with a wrong configuration fails the first start with all its faults', async () => {
    const rig = new Rig();
    const unit = processUnit('main-that-fails', { FAILURE: 'config' });
    await expect(rig.supervisor.add(unit, 0)).rejects.toThrow(/TICK_HZ: .*\n.*SYMBOLS: /);
    expect(rig.said).toEqual([]);
  });
});
