import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { Fault, ROOT, command, ensureBuilt, ensureInstalled, runNpm } from './bootstrap.mjs';

const PLATFORM = '@spyhop/platform';
const REQUIRED = /(?:require|import)\(['"]([^'"]+)['"]\)/g;

const published = { './*': { types: './dist/*.d.ts', default: './dist/*.js' } };
const packageAt = (room) => JSON.parse(readFileSync(join(ROOT, room, 'package.json'), 'utf8'));
const requiredIn = (file) =>
  [...readFileSync(file, 'utf8').matchAll(REQUIRED)].map(([, name]) => name);

// `npm run router:pack -- [folder]`: the router as a package of its own, with what it needs of the platform in it.
command(async () => {
  ensureInstalled();
  ensureBuilt(['prisma', 'servers']);
  const folder = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? '.');
  mkdirSync(folder, { recursive: true });
  const stage = mkdtempSync(join(tmpdir(), 'router-package-'));
  try {
    stageRouter(stage);
    runNpm(['pack', '--pack-destination', folder, '--loglevel=error'], stage);
  } finally {
    rmSync(stage, { recursive: true });
  }
});

function stageRouter(stage) {
  const router = packageAt('router');
  const platform = packageAt('platform');
  const { files, packages } = platformParts();
  const dependencies = { ...router.dependencies, [PLATFORM]: platform.version };
  for (const name of packages) {
    const version = platform.dependencies[name];
    if (!version) throw new Fault(`platform/ uses ${name} without depending on it.`);
    dependencies[name] = version;
  }
  const { name, version, description, license, bin } = router;
  writeJson(join(stage, 'package.json'), {
    ...{ name, version, description, license, bin, engines: packageAt('.').engines },
    exports: published,
    dependencies,
    bundleDependencies: [PLATFORM],
  });
  for (const file of ['README.md', 'router.yaml', 'router.schema.json']) {
    cpSync(join(ROOT, 'router', file), join(stage, file));
  }
  cpSync(join(ROOT, 'LICENSE'), join(stage, 'LICENSE'));
  cpSync(join(ROOT, 'router/dist'), join(stage, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.tsbuildinfo'),
  });
  const inside = join(stage, 'node_modules', PLATFORM);
  writeJson(join(inside, 'package.json'), {
    ...{ name: PLATFORM, version: platform.version, license, exports: published },
  });
  for (const file of files) {
    for (const each of [file, file.replace(/\.js$/, '.d.ts')]) {
      cpSync(join(ROOT, 'platform', each), join(inside, each));
    }
  }
}

/** The platform's files that the router needs, and the packages that those need. */
function platformParts() {
  const files = new Set();
  const packages = new Set();
  const follow = (file) => {
    if (files.has(file)) return;
    files.add(file);
    for (const name of requiredIn(join(ROOT, 'platform', file))) {
      if (name.startsWith('.')) follow(join(dirname(file), name.replace(/(\.js)?$/, '.js')));
      else if (!isBuiltin(name)) packages.add(name.match(/^(?:@[^/]+\/)?[^/]+/)[0]);
    }
  };
  const dist = join(ROOT, 'router/dist');
  for (const file of readdirSync(dist, { recursive: true })) {
    if (!file.endsWith('.js')) continue;
    for (const name of requiredIn(join(dist, file))) {
      if (name.startsWith(`${PLATFORM}/`)) follow(`dist/${relative(PLATFORM, name)}.js`);
    }
  }
  return { files, packages };
}

function writeJson(path, value) {
  if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
