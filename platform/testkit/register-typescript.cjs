// Lets a process of a test run our sources as they are: `node --require <this> <file>.ts`.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { resolve } = require('node:path');
const { transformSync } = require('@swc/core');
const { moduleNameMapper, transform } = require('../../jest.config.cjs');

const ROOT = resolve(__dirname, '../..');
const [[, options]] = Object.values(transform);
const ours = Object.entries(moduleNameMapper).map(([pattern, file]) => ({
  pattern: new RegExp(pattern),
  file: file.replace('<rootDir>', ROOT),
}));

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
  module._compile(code, filename);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => {
  const known = ours.find(({ pattern }) => pattern.test(request));
  const file = known ? request.replace(known.pattern, known.file) : request;
  return resolveFilename(file, ...rest);
};
