import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSecrets } from '../stack/secrets';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spyhop-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (): number => statSync(join(folder, 'secrets.json')).mode & 0o777;

describe('the generated secrets', () => {
  it('are readable by their owner alone', async () => {
    await loadSecrets(folder);
    expect(mode()).toBe(0o600);
  });

  it('stay the same from start to start and differ between data folders', async () => {
    const first = await loadSecrets(folder);
    expect(await loadSecrets(folder)).toEqual(first);
    const others = await loadSecrets(join(folder, 'another'));
    const all = [...Object.values(first), ...Object.values(others)];
    expect(new Set(all).size).toBe(all.length);
  });

  it('that came later are added to those of an earlier version, once', async () => {
    const { secretKeys, ...earlier } = await loadSecrets(folder);
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(earlier));
    const first = await loadSecrets(folder);
    expect(first).toMatchObject(earlier);
    expect(first.secretKeys).not.toBe(secretKeys);
    expect(await loadSecrets(folder)).toEqual(first);
    expect(mode()).toBe(0o600);
  });

  it('that others could read are closed again', async () => {
    await loadSecrets(folder);
    chmodSync(join(folder, 'secrets.json'), 0o644);
    await loadSecrets(folder);
    expect(mode()).toBe(0o600);
  });

  it('that are damaged are reported and left as they are', async () => {
    writeFileSync(join(folder, 'secrets.json'), '{"redisPassw');
    await expect(loadSecrets(folder)).rejects.toThrow(/secrets\.json is damaged: restore it/);
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).toBe('{"redisPassw');
  });

  it('that a database was made with are never made up anew', async () => {
    const { postgresAppPassword: _lost, ...rest } = await loadSecrets(folder);
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(rest));
    await expect(loadSecrets(folder)).rejects.toThrow(/is damaged/);
  });
});
