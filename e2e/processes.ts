import { execFileSync } from 'node:child_process';

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function allProcesses(): Process[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** Descendants of a process whose command line fits, the shells that guard them left out. */
export function childrenOf(ancestor: number, command: RegExp): number[] {
  const processes = allProcesses();
  const family = new Set([ancestor]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes
    .filter(
      (process) =>
        family.has(process.pid) &&
        process.pid !== ancestor &&
        !process.command.startsWith('/bin/sh') &&
        command.test(process.command),
    )
    .map(({ pid }) => pid);
}
