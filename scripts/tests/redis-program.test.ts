import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { originOfRedis } from '../stack/redis-program';
import type { Machine } from '../stack/system-packages';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spyhop-path-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = (name: string, mode = 0o755): string => {
  const file = join(folder, name);
  writeFileSync(file, '#!/bin/sh\n', { mode });
  return file;
};

const machine = (has: string[], { isRoot = false, sudo = false } = {}): Machine => ({
  isRoot,
  has: (name) => has.includes(name),
  hasPasswordlessSudo: () => sudo,
});

describe('where Redis comes from', () => {
  it('is redis-server on the PATH before valkey-server, whatever the order of folders', () => {
    const redis = program('redis-server');
    const valkey = mkdtempSync(join(tmpdir(), 'spyhop-valkey-'));
    writeFileSync(join(valkey, 'valkey-server'), '', { mode: 0o755 });
    const path = [valkey, folder].join(delimiter);
    expect(originOfRedis(path, machine([]))).toEqual({ kind: 'program', path: redis });
    rmSync(redis);
    expect(originOfRedis(path, machine([]))).toMatchObject({ kind: 'program' });
    rmSync(valkey, { recursive: true });
  });

  it('is not a file that cannot be run', () => {
    program('redis-server', 0o644);
    expect(originOfRedis(folder, machine([]))).toMatchObject({ kind: 'ask' });
  });

  it.each([
    ['apt-get', 'apt-get install -y --no-install-recommends redis-server'],
    ['dnf', 'dnf install -y -q valkey'],
    ['apk', 'apk add --no-cache -q redis'],
    ['pacman', 'pacman -S --noconfirm --needed valkey'],
  ])('is installed with %s by root', (manager, typed) => {
    expect(originOfRedis(folder, machine([manager], { isRoot: true }))).toMatchObject({
      kind: 'install',
      installer: { typed },
    });
  });

  it('is installed with sudo where that asks for no password', () => {
    const origin = originOfRedis(folder, machine(['apt-get', 'sudo'], { sudo: true }));
    expect(origin).toMatchObject({ kind: 'install' });
    if (origin.kind !== 'install') return;
    expect(origin.installer.commands.at(-1)?.slice(0, 3)).toEqual(['sudo', '-n', 'apt-get']);
  });

  it('is asked for, with the exact command, where sudo would ask for a password', () => {
    expect(originOfRedis(folder, machine(['apt-get', 'sudo']))).toEqual({
      kind: 'ask',
      message:
        'Redis is missing. Install it with: sudo apt-get install -y --no-install-recommends redis-server (or set REDIS_URL to a server of yours)',
    });
  });

  it('is installed by Homebrew without sudo', () => {
    expect(originOfRedis(folder, machine(['brew']))).toMatchObject({
      kind: 'install',
      installer: { typed: 'brew install --quiet redis' },
    });
  });

  it('is asked for in words where no package manager is known', () => {
    expect(originOfRedis(folder, machine([]))).toMatchObject({
      kind: 'ask',
      message: expect.stringMatching(/redis-server or valkey-server, or set REDIS_URL/),
    });
  });
});
