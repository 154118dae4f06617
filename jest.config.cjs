/** Two projects: `unit` needs nothing but Node; `servers` gives each file real Temporal and MongoDB servers of its own. */
const common = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts'],
  transform: {
    '^.+\\.([cm]?[jt]s|tsx)$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(@bomb\\.sh/|jose/|uuid/|openid-client/|oauth4webapi/|preact/|@fastify/cookie/|cookie/|mongodb/lib/runtime_adapters))',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

module.exports = {
  testSequencer: '<rootDir>/test/support/longestFirst.mjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.servers\\.test\\.ts$'],
    },
    {
      ...common,
      displayName: 'servers',
      testMatch: ['<rootDir>/test/**/*.servers.test.ts'],
    },
  ],
};
