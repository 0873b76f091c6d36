/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['platform', 'prisma', 'router', 'subgraphs', 'scripts'].map(
    (room) => `<rootDir>/${room}`,
  ),
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/'],
  moduleNameMapper: {
    '^@spyhop/(platform|prisma|router|scripts)/(.*)$': '<rootDir>/$1/$2',
    '^@spyhop/(market|analytics|users|whales)/(.*)$': '<rootDir>/subgraphs/$1/$2',
  },
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
          },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // These packages are ES modules, in whole or in part.
  transformIgnorePatterns: [
    '/node_modules/(?!@prisma/schema-engine-wasm/|content-disposition/|canonicalize/|cockatiel/|jose/|@opentelemetry/)',
  ],
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/platform/testkit/services.ts',
  globalTeardown: '<rootDir>/platform/testkit/services-stop.ts',
  maxWorkers: 2,
  // Not all that a test file has loaded is let go of after it; a new worker takes over before the heap is full.
  workerIdleMemoryLimit: '1500MB',
  // It matters only to a test that hangs: a busy machine takes a multiple of what an idle one takes.
  testTimeout: 180_000,
};
