import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { withoutCredentials } from '../log';

describe('the log', () => {
  it('shows no credentials of a URL', () => {
    expect(withoutCredentials('connect postgresql://spyhop:s3cret@db:5432/spyhop failed')).toBe(
      'connect postgresql://***@db:5432/spyhop failed',
    );
  });

  it('replaces secret fields, however deep they lie', () => {
    const script = `
      require('@swc/core');
      const { transformFileSync } = require('@swc/core');
      const { code } = transformFileSync('log.ts', { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } });
      const module_ = { exports: {} };
      new Function('require', 'module', 'exports', code)(require, module_, module_.exports);
      const log = module_.exports.createLog({ name: 'x', level: 'info' });
      log.info({ password: 'hidden-1', user: { apiKey: 'hidden-2' }, err: new Error('redis://:hidden-3@host') }, 'hello');`;
    const line = execFileSync(process.execPath, ['-e', script], {
      cwd: `${__dirname}/..`,
      encoding: 'utf8',
    });
    expect(line).toContain('hello');
    expect(line).not.toContain('hidden');
  });
});
