const servers = require('../jest.config.cjs');

/** The whole product in a real browser: each file starts a stack of its own. */
module.exports = {
  ...servers,
  rootDir: '..',
  roots: ['<rootDir>/e2e'],
  globalSetup: undefined,
  globalTeardown: undefined,
  maxWorkers: 1,
  // Longer than whatever a test waits for, so that this is what it says it waits for.
  testTimeout: 900_000,
  // A browser left open by a failed test must not hold up the report.
  forceExit: true,
};
