import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** One import that is there at run time: type-only imports may point anywhere. */
interface Import {
  readonly from: string;
  readonly to: string;
}

/** The runtime's doors for the other packages, as the bundler resolves them. */
const HOOKS = 'runtime/src/hooks.ts';
const OPTIONS = 'runtime/src/options.ts';
const PROTOCOL = 'runtime/src/protocol/index.ts';
const RUNS = 'runtime/src/runs/index.ts';
const CHECKPOINTS = 'runtime/src/checkpoints.ts';

/** Who may import what: the beginnings of paths and package names. Source: DESIGN, section 1. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'runtime/': [
    'runtime/',
    'node:',
    '@tensorflow/',
    'esbuild',
    'fastest-levenshtein',
    'log-update',
    'pure-rand',
    'yaml',
  ],
  'server/': [
    'server/',
    HOOKS,
    OPTIONS,
    PROTOCOL,
    'typescript',
    'vscode-languageserver',
    'fastest-levenshtein',
    'node:',
  ],
  'client/': [
    'client/',
    '@lightning-typescript/webview/messages',
    '@lightning-typescript/webview/series',
    PROTOCOL,
    RUNS,
    CHECKPOINTS,
    '@lightning-typescript/webview/checkpoint',
    'vscode',
    'node:',
  ],
  'webview/': ['webview/', PROTOCOL, 'chart.js'],
};

/** Which rooms of the runtime a room may use. Imports point down. Source: STYLE, section 2.3. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  protocol: [],
  runs: ['protocol'],
  random: ['errors'],
  accelerators: ['errors'],
  autograd: ['errors'],
  checkpoint: ['errors'],
  sourceMaps: ['errors', 'protocol'],
  data: ['errors', 'random', 'autograd'],
  functional: ['errors', 'accelerators'],
  optim: ['errors', 'autograd', 'accelerators'],
  core: ['errors', 'autograd', 'data', 'checkpoint'],
  profilers: ['errors', 'protocol', 'sourceMaps', 'autograd', 'accelerators'],
  loggers: ['errors', 'core', 'autograd'],
  precision: ['errors', 'optim', 'autograd', 'accelerators'],
  tuner: ['errors', 'optim'],
  callbacks: ['errors', 'core', 'protocol', 'checkpoint', 'tuner', 'optim', 'autograd'],
  loops: ['errors', 'core', 'autograd'],
  trainer: [
    'errors',
    'protocol',
    'random',
    'accelerators',
    'autograd',
    'checkpoint',
    'sourceMaps',
    'optim',
    'core',
    'loggers',
    'profilers',
    'callbacks',
    'tuner',
    'precision',
    'loops',
    'data',
  ],
  cli: [
    'errors',
    'protocol',
    'random',
    'accelerators',
    'checkpoint',
    'sourceMaps',
    'core',
    'trainer',
    'callbacks',
    'loggers',
    'data',
    'profilers',
  ],
};

/** Second doors: plain data and checks that load no engine, for help and complaints that must come at once. */
const DATA_DOORS = [
  'runtime/src/trainer/options.ts',
  'runtime/src/trainer/optionTable.ts',
  'runtime/src/core/hookTable.ts',
  'runtime/src/trainer/legacyOptionTable.ts',
];

/** Files that belong to no room: the copy of tfjs, and the package's own doors. */
const SHARED = ['runtime/src/tf.ts', 'runtime/src/tfBackends.ts'];

let imports: Import[];

beforeAll(async () => {
  imports = (await Promise.all(Object.keys(PACKAGES).map(importsOf))).flat();
});

async function importsOf(name: string): Promise<Import[]> {
  const sources = join(root, name, 'src');
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      /\.ts$/.test(file) &&
      !/\.(test|test-d|mocha)\.ts$/.test(file) &&
      !/(^|[\\/])(testing|test|fixtures)[\\/]|(^|[\\/])test[A-Z]\w*\.ts$/.test(file),
  );
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files.map((file) => join(sources, file)),
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: join(root, 'dist-unwritten'),
    logLevel: 'silent',
  });
  return Object.entries(metafile.inputs)
    .flatMap(([from, input]) => input.imports.map(({ path }) => ({ from, to: path })))
    .filter(({ to }) => to !== '<runtime>'); // esbuild's own helpers
}

/** The room of a file of the runtime; undefined for the files at the top. */
function roomOf(file: string): string | undefined {
  const [first, second] = relative('runtime/src', file).split('/');
  return second === undefined ? undefined : first;
}

describe('imports', () => {
  it.each(Object.entries(PACKAGES))('of %s stay within what it may know', (name, allowed) => {
    const own = imports.filter(({ from }) => from.startsWith(name));
    const isAllowed = ({ to }: Import) => allowed.some((beginning) => to.startsWith(beginning));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((found) => !isAllowed(found))).toEqual([]);
  });

  it('of the runtime’s rooms point down, and go through the other room’s door', () => {
    const faults = imports.flatMap(({ from, to }) => {
      const room = from.startsWith('runtime/src/') ? roomOf(from) : undefined;
      if (room === undefined || !to.startsWith('runtime/src/') || SHARED.includes(to)) return [];
      const other = roomOf(to);
      if (other === room) return [];
      if (other === undefined) return [`${from} imports ${to}, which is a door of the package`];
      if (!ROOMS[room]?.includes(other)) return [`${from} imports ${to}: ${room}/ may not know ${other}/`];
      return to === `runtime/src/${other}/index.ts` || DATA_DOORS.includes(to)
        ? []
        : [`${from} reaches past the door of ${other}/: ${to}`];
    });
    expect(faults).toEqual([]);
  });

  it('of backends are in accelerators/ only', () => {
    const users = imports.filter(({ to }) => to === 'runtime/src/tfBackends.ts').map(({ from }) => roomOf(from));
    expect([...new Set(users)]).toEqual(['accelerators']);
  });
});
