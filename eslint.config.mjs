import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const DOMAINS = ['market', 'analytics', 'users', 'whales'];
const FEATURES = ['market', 'analytics', 'users', 'whales', 'settings'];
const SERVERS = ['platform', 'prisma', 'router', 'subgraphs', 'scripts'];
const TESTS = [
  '**/tests/**',
  '**/*.test.ts',
  '**/*.test.tsx',
  '**/testkit/**',
  'bench/**',
  'e2e/**',
];

/** `target` may import nothing of `from` but `except`. */
const forbid = (target, from, message, except = []) => ({
  target: target.map((path) => `./${path}`),
  from: from.map((path) => `./${path}`),
  except: except.map((path) => `./${path}`),
  message,
});

/** main -> graphql, jobs -> store, feeds -> rules -> platform */
const domainZones = (domain) => {
  const rooms = (...names) => names.map((name) => `subgraphs/${domain}/${name}`);
  const others = DOMAINS.filter((other) => other !== domain).map((other) => `subgraphs/${other}`);
  return [
    forbid(
      rooms('rules'),
      [...rooms('graphql', 'jobs', 'store', 'feeds', 'main.ts', 'config.ts'), 'prisma'],
      'rules/ imports nothing but rules and value types.',
    ),
    forbid(
      rooms('store'),
      rooms('graphql', 'jobs', 'feeds', 'main.ts'),
      'store/ imports rules/ and platform/ only.',
    ),
    forbid(
      rooms('feeds/*/**'),
      [...rooms('graphql', 'jobs', 'store', 'main.ts', 'feeds/main.ts'), 'prisma'],
      'A feed knows its source, rules/ and platform/ only.',
    ),
    forbid(
      rooms('jobs'),
      rooms('graphql', 'main.ts', 'feeds/main.ts'),
      'jobs/ imports store/, feeds/, rules/ and platform/ only.',
    ),
    forbid(
      rooms('graphql'),
      [...rooms('jobs', 'feeds', 'main.ts'), 'prisma'],
      'graphql/ is thin: it calls store/ and rules/.',
    ),
    forbid(
      [`subgraphs/${domain}`],
      [...others, 'router', 'scripts', 'web'],
      'Domains meet in the graph and in typed events, not in imports.',
    ),
  ];
};

const serverZones = [
  ...DOMAINS.flatMap(domainZones),
  forbid(
    ['platform'],
    ['prisma', 'router', 'subgraphs', 'scripts', 'web'],
    'platform/ is what the others share: it imports none of them.',
  ),
  forbid(['prisma'], ['router', 'subgraphs', 'scripts', 'web'], 'prisma/ imports platform/ only.'),
  forbid(
    ['router'],
    ['prisma', 'subgraphs', 'scripts', 'web', 'platform/topics.ts'],
    'router/ knows nothing of this product: it imports platform/ only, without its topics.',
  ),
];

/** app -> features/<domain> -> charts, ui */
const webZones = [
  forbid(
    ['web/src/ui'],
    ['web/src/app', 'web/src/features', 'web/src/charts'],
    'ui/ imports ui/ only.',
  ),
  forbid(['web/src/charts'], ['web/src/app', 'web/src/features'], 'charts/ imports ui/ only.'),
  forbid(['web/src/features'], ['web/src/app'], 'Features meet only on a page, in app/.'),
  ...FEATURES.map((feature) =>
    forbid(
      [`web/src/features/${feature}`],
      FEATURES.filter((other) => other !== feature).map((other) => `web/src/features/${other}`),
      'Features meet only on a page, in app/.',
    ),
  ),
  forbid(['web/src'], SERVERS, 'The web meets the servers in the graph.'),
];

/** I/O and frameworks have no place among pure functions. */
const IMPURE = [
  'pg',
  'pg-*',
  'ioredis',
  'undici',
  'ws',
  'fastify',
  '@fastify/*',
  '@prisma/*',
  '@apollo/*',
  'type-graphql',
  'graphql',
  'graphql-*',
  'dataloader',
  'pino',
  'prom-client',
  'node:fs',
  'node:fs/*',
  'node:net',
  'node:http',
  'node:child_process',
  'node:timers',
  'node:timers/*',
];

const typed = (files, project, extra) => ({
  files,
  languageOptions: { parserOptions: { project, tsconfigRootDir: import.meta.dirname } },
  ...extra,
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/generated/**',
      '**/node_modules/**',
      '**/samples/**',
      '.spyhop/**',
      'coverage/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        performance: 'readonly',
        __dirname: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
          conditionNames: ['types', 'import', 'require', 'default'],
        }),
      ],
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // Loops of tests assign what the next turn reads.
      'no-useless-assignment': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Import the file, not the folder.' },
      ],
    },
  },
  typed(
    [...SERVERS, 'bench', 'e2e'].map((folder) => `${folder}/**/*.ts`),
    ['./tsconfig.tests.json'],
    {
      rules: {
        '@typescript-eslint/no-floating-promises': 'error',
        '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
        '@typescript-eslint/await-thenable': 'error',
        '@typescript-eslint/switch-exhaustiveness-check': [
          'error',
          { considerDefaultExhaustiveForUnions: true },
        ],
      },
    },
  ),
  {
    files: SERVERS.map((folder) => `${folder}/**/*.ts`),
    ignores: TESTS,
    rules: {
      'no-console': 'error',
      'import-x/no-restricted-paths': [
        'error',
        { basePath: import.meta.dirname, zones: serverZones },
      ],
    },
  },
  {
    files: DOMAINS.map((domain) => `subgraphs/${domain}/rules/**/*.ts`),
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: IMPURE, message: 'rules/ holds pure functions: no I/O, no framework.' },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is passed in.' },
        { object: 'Math', property: 'random', message: 'Randomness is passed in, seeded.' },
      ],
    },
  },
  typed(['web/src/**/*.{ts,tsx}', 'web/tests/**/*.{ts,tsx}'], ['./web/tsconfig.json'], {
    rules: { '@typescript-eslint/no-floating-promises': 'error' },
  }),
  {
    files: ['web/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // Ages are shown against the time of rendering.
      'react-hooks/purity': 'off',
      // For React's compiler, which is not used here.
      'react-hooks/incompatible-library': 'off',
      'no-console': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: webZones }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@mui/icons-material', '@mui/icons-material/*'],
              message: 'Use an inline SVG of ui/icons.tsx.',
            },
          ],
        },
      ],
    },
  },
);
