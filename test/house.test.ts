/** The rules of the house, read from the sources: who may import what, what stands in one file only, what is never written. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { describe, test } from 'node:test';
import { entries } from '../app/contract/index.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Every file of the repository, committed or about to be. */
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const sources = tracked.filter((file) => /\.(ts|tsx|mjs)$/.test(file));

const files = ['node:fs', 'node:fs/promises'];
/** Builtins that compute and touch nothing outside the process. */
const pure = ['node:crypto', 'node:util', 'node:zlib', 'node:buffer', 'node:events', 'node:path'];

type Rule = {
  /** The folder the rule is for; the longest that fits a file counts. */
  folder: string;
  /** Our folders it may import from, besides itself. */
  ours: readonly string[];
  packages: readonly string[];
  /** `any` or the builtins it may import. */
  builtins: 'any' | readonly string[];
};

const everyPart = [
  'contract',
  'files',
  'device',
  'ca',
  'iot',
  'records',
  'plant',
  'issuing',
  'line',
  'registration',
  'practice',
  'station',
].map((part) => `app/${part}`);
const aws = ['dynamodb', 'iam', 'iot', 'kms', 's3', 'sts']
  .map((name) => `@aws-sdk/client-${name}`)
  .concat('@aws-sdk/lib-storage');
const spdx = ['spdx-satisfies', 'spdx-expression-parse'];
const screens = [
  'bwip-js',
  'diff',
  'react',
  'react-dom',
  '@base-ui/react',
  '@tanstack/react-virtual',
  'eventsource-parser',
  'lucide-react',
  'use-intl',
  'style-mod',
  ...['autocomplete', 'commands', 'lang-json', 'language', 'lint', 'state', 'view'].map(
    (name) => `@codemirror/${name}`,
  ),
  '@lezer/common',
  '@lezer/highlight',
  'recharts',
];

const rules: readonly Rule[] = [
  { folder: 'app/contract', ours: [], packages: ['zod'], builtins: [] },
  { folder: 'app/files', ours: ['app/contract'], packages: [], builtins: [...pure, ...files] },
  { folder: 'app/device', ours: ['app/contract'], packages: ['cborg'], builtins: pure },
  { folder: 'app/ca', ours: ['app/contract'], packages: ['node-forge', 'shamir-secret-sharing'], builtins: pure },
  { folder: 'app/issuing/rules', ours: ['app/contract'], packages: [], builtins: [] },
  { folder: 'app/issuing', ours: ['app/contract', 'app/ca', 'app/records'], packages: [], builtins: pure },
  { folder: 'app/records', ours: ['app/contract', 'app/issuing/rules'], packages: ['canonicalize'], builtins: pure },
  { folder: 'app/plant', ours: ['app/contract', 'app/records'], packages: [], builtins: pure },
  {
    folder: 'app/line',
    ours: ['app/contract', 'app/device', 'app/ca', 'app/records', 'app/issuing'],
    packages: [],
    builtins: pure,
  },
  {
    folder: 'app/line/labels',
    ours: ['app/contract'],
    packages: ['re2js', 'cdigit', 'gs1-barcode-parser-mod'],
    builtins: [],
  },
  { folder: 'app/iot', ours: ['app/contract'], packages: ['zod'], builtins: pure },
  {
    folder: 'app/registration',
    ours: ['app/contract', 'app/files', 'app/ca', 'app/iot', 'app/records'],
    packages: [...aws, '@smithy/signature-v4', 'mqtt', 'ws'],
    builtins: [...pure, ...files],
  },
  {
    folder: 'app/practice',
    ours: ['app/contract', 'app/files', 'app/device', 'app/iot'],
    packages: ['aedes', 'cborg', 'fflate', 'ws', ...aws],
    builtins: 'any',
  },
  { folder: 'app/practice/devices/net', ours: ['app/contract'], packages: ['mqtt'], builtins: 'any' },
  { folder: 'app/station', ours: everyPart, packages: ['pino', 'zod'], builtins: [...pure, ...files] },
  {
    folder: 'native',
    ours: everyPart,
    packages: ['better-sqlite3', 'serialport', '@serialport/bindings-cpp', 'pkcs11js'],
    builtins: 'any',
  },
  {
    folder: 'main',
    ours: [...everyPart, 'native'],
    packages: [
      ...['commander', 'pino', 'zod', 'vite', 'fastify', '@fastify/cookie', '@fastify/static', 'electron'],
      ...['bwip-js', 'csv-parse', 'fflate', 'pdfkit', 'pg', 'read-excel-file'],
    ],
    builtins: 'any',
  },
  { folder: 'main/setup', ours: [], packages: [], builtins: 'any' },
  {
    folder: 'main/pack',
    ours: [],
    packages: ['@electron/asar', 'electron-builder', '@cyclonedx/cyclonedx-library', 'packageurl-js', ...spdx],
    builtins: 'any',
  },
  { folder: 'renderer', ours: ['app/contract'], packages: screens, builtins: [] },
];

/** Packages and casts that stand in one place only. */
const onlyIn: readonly { what: string; pattern: RegExp; places: readonly string[] }[] = [
  { what: 'node-forge', pattern: /from 'node-forge'/, places: ['app/ca/asn1/der.ts', 'app/ca/keyfiles/p12.ts'] },
  { what: 'shamir-secret-sharing', pattern: /from 'shamir-secret-sharing'/, places: ['app/ca/keyfiles/shares.ts'] },
  {
    what: 'the AWS SDK',
    pattern: /(from |import\()'@aws-sdk\//,
    places: [
      'app/registration/aws.ts',
      'app/registration/kms.ts',
      'app/registration/account/',
      'app/registration/ways/awscalls.ts',
      // What Lambda brings along for the functions that it runs.
      'app/practice/aws/lambda/thread.ts',
    ],
  },
  { what: 'mqtt', pattern: /(from |import\()'mqtt'/, places: ['app/registration/mqtt/', 'app/practice/devices/net/'] },
  {
    what: 'fflate',
    pattern: /from 'fflate'/,
    places: ['app/practice/aws/lambda/zip.ts', 'main/exports/', 'main/orders/table.ts'],
  },
  { what: 'pdfkit', pattern: /from 'pdfkit'/, places: ['main/exports/'] },
  { what: 'pg', pattern: /(from |import\()'pg'/, places: ['main/plant/postgres.ts'] },
  { what: 'better-sqlite3', pattern: /from 'better-sqlite3'/, places: ['native/sqlite.ts'] },
  { what: 'serialport', pattern: /from 'serialport'/, places: ['native/serial.ts'] },
  { what: '@serialport', pattern: /from '@serialport\//, places: ['native/serialcallbacks.ts'] },
  {
    what: 'cborg',
    pattern: /from 'cborg'/,
    places: ['app/device/drivers/nrf91/cbor.ts', 'app/practice/aws/gateway/payload.ts'],
  },
  { what: 're2js', pattern: /from 're2js'/, places: ['app/line/labels/pattern.ts'] },
  { what: 'the GS1 parser', pattern: /from 'gs1-barcode-parser-mod'/, places: ['app/line/labels/gs1.ts'] },
  { what: 'pkcs11js', pattern: /from 'pkcs11js'/, places: ['native/pkcs11.ts'] },
  { what: 'the chart library', pattern: /from 'recharts/, places: ['renderer/charts/'] },
  { what: 'CodeMirror', pattern: /from '(@codemirror\/|@lezer\/|style-mod)/, places: ['renderer/jsontext/'] },
  { what: 'electron', pattern: /from 'electron'/, places: ['main/electron/'] },
  {
    what: 'vite',
    pattern: /from '(vite|@vitejs\/.*)'/,
    places: ['main/dev/', 'main/electron/vite.config.ts', 'renderer/vite.config.ts'],
  },
  { what: 'the cast to Linted', pattern: /\bas (unknown as )?Linted\b/, places: ['app/ca/lints/linted.ts'] },
  { what: 'the cast to Reservation', pattern: /\bas (unknown as )?Reservation\b/, places: ['app/records/'] },
  {
    what: 'the cast to CrlReservation',
    pattern: /\bas (unknown as )?CrlReservation\b/,
    places: ['app/records/'],
  },
];

/** Specifiers of static and dynamic imports and re-exports. Comments that quote code would count: write them otherwise. */
function importsOf(text: string): string[] {
  const statement = /^\s*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*'([^']+)'/gm;
  const dynamic = /\b(?:import|require|createRequire\([^)]*\))\(\s*'([^']+)'/g;
  return [...text.matchAll(statement), ...text.matchAll(dynamic)].map(([, specifier]) => specifier ?? '');
}

const isWithin = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`);
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
const ruleFor = (file: string) =>
  rules.filter(({ folder }) => isWithin(file, folder)).sort((a, b) => b.folder.length - a.folder.length)[0];

/** What is wrong with one import, or undefined. */
function judge(file: string, specifier: string): string | undefined {
  const rule = ruleFor(file);
  if (rule === undefined) return isWithin(file, 'test') ? undefined : `${file} is in no folder of the table`;
  const isConfig = file.endsWith('/vite.config.ts');
  if (specifier.startsWith('.')) {
    const target = posix.join(dirname(file), specifier);
    const allowed = [rule.folder, ...rule.ours].some((folder) => isWithin(target, folder));
    return allowed ? undefined : `${file} imports ${target}`;
  }
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return `${file} imports ${specifier} without "node:"`;
    const allowed = isConfig || rule.builtins === 'any' || rule.builtins.includes(specifier);
    return allowed ? undefined : `${file} imports ${specifier}`;
  }
  const name = packageOf(specifier);
  const allowed = rule.packages.includes(name) || (isConfig && ['vite', '@vitejs/plugin-react'].includes(name));
  return allowed ? undefined : `${file} imports ${name}`;
}

describe('imports', () => {
  test('every source imports only what the table of the design allows', () => {
    const judged = sources.flatMap((file) => importsOf(read(file)).map((specifier) => judge(file, specifier)));
    assert.ok(judged.length > 100, 'imports were found');
    assert.deepEqual(
      judged.filter((problem) => problem !== undefined),
      [],
    );
  });

  test('the judge is not blind', () => {
    const text = `import a from 'a';
import type { B } from './b.ts';
import {
  c,
} from 'node:fs';
export * from '../d.ts';
export { e } from '@scope/e/deep';
import 'f';
const g = await import('g');
const text = 'nothing imported from here';`;
    assert.deepEqual(importsOf(text), ['a', './b.ts', 'node:fs', '../d.ts', '@scope/e/deep', 'f', 'g']);
    const wrong: [string, string][] = [
      ['app/ca/x509/tbs.ts', '../../device/driver.ts'],
      ['app/contract/wire.ts', 'node:fs'],
      ['app/line/runner.ts', '../../native/sqlite.ts'],
      ['app/records/units/units.ts', 'better-sqlite3'],
      ['app/records/units/units.ts', '../../issuing/issue.ts'],
      ['app/issuing/rules/rules.ts', '../../ca/index.ts'],
      ['app/issuing/issue.ts', '../line/unit.ts'],
      ['app/station/log.ts', '../../main/host.ts'],
      ['renderer/main.tsx', '../app/station/index.ts'],
      ['renderer/main.tsx', 'fastify'],
      ['main/setup/start.mjs', '../electron/guards.ts'],
      ['main/cli/main.ts', '../../test/fake.ts'],
      ['main/cli/main.ts', 'fs'],
      ['scripts/odd.ts', 'node:fs'],
    ];
    for (const [file, specifier] of wrong) assert.notEqual(judge(file, specifier), undefined, `${file} ${specifier}`);
    assert.equal(judge('app/line/runner.ts', '../ca/index.ts'), undefined);
    assert.equal(judge('renderer/units/table.tsx', '../../app/contract/index.ts'), undefined);
  });

  for (const { what, pattern, places } of onlyIn) {
    test(`${what} stands in ${places.join(' and ')} only`, () => {
      const elsewhere = sources
        .filter((file) => !isWithin(file, 'test') && !places.some((place) => file.startsWith(place)))
        .filter((file) => pattern.test(read(file)));
      assert.deepEqual(elsewhere, []);
    });
  }
});

/** Files that import each other in a circle, types included: of each circle its files, in order. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const place = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  /** Tarjan's strongly connected components. */
  const visit = (file: string): number => {
    const mine = place.size;
    place.set(file, mine);
    lowest.set(file, mine);
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      const reached = place.has(next) ? (open.includes(next) ? (place.get(next) ?? mine) : mine) : visit(next);
      lowest.set(file, Math.min(lowest.get(file) ?? mine, reached));
    }
    if (lowest.get(file) === mine) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return lowest.get(file) ?? mine;
  };
  for (const file of imports.keys()) if (!place.has(file)) visit(file);
  return circles;
}

describe('circles', () => {
  const parts = ['app', 'main', 'native', 'renderer'];
  const importing = (file: string) =>
    importsOf(read(file)).flatMap((specifier) =>
      specifier.startsWith('.') ? [posix.join(dirname(file), specifier)] : [],
    );

  test('no file imports what imports it, types included', () => {
    const ours = sources.filter((file) => parts.some((part) => isWithin(file, part)));
    const imports = new Map(ours.map((file) => [file, importing(file)]));
    assert.ok(imports.size > 300, 'sources were found');
    assert.deepEqual(circlesOf(imports), []);
  });

  test('a circle is found, however long, and a diamond is none', () => {
    const imports = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d']],
      ['d', ['e']],
      ['e', ['f']],
      ['f', ['d', 'g']],
      ['g', []],
    ]);
    assert.deepEqual(circlesOf(imports), [['d', 'e', 'f']]);
    imports.set('f', ['g']);
    assert.deepEqual(circlesOf(imports), []);
  });
});

describe('the house', () => {
  test('each top folder says what it is for in at most 30 lines', () => {
    for (const folder of ['app', 'main', 'renderer', 'native', 'test', 'docs']) {
      const lines = read(`${folder}/README.md`).trimEnd().split('\n');
      assert.ok(lines.length <= 30, `${folder}/README.md has ${lines.length} lines`);
    }
  });

  test('a source is short enough to be read at once', () => {
    // Tables, which grow by a line a thing: words for people.
    const tables = ['renderer/words/'];
    const long = sources
      .filter((file) => !isWithin(file, 'test') && !tables.some((place) => file.startsWith(place)))
      .filter((file) => read(file).trimEnd().split('\n').length > 300);
    assert.deepEqual(long, []);
  });

  test('each decision says when it was taken and whether it holds, and has its row', () => {
    const listed = [...read('docs/decisions/README.md').matchAll(/^\| \[(\d{4})\]\(([^)]+)\)/gm)].map(
      ([, , file]) => file,
    );
    const there = tracked
      .filter((file) => /^docs\/decisions\/\d/.test(file))
      .map((file) => posix.basename(file))
      .sort();
    assert.deepEqual(listed, there);
    const status =
      /^# \d+\. [^\n]+\n\n\*\d{4}-\d\d-\d\d · (holds|holds in part: .+|overturned by \[\d{4}\]\([^)]+\))\*\n/;
    assert.deepEqual(
      there.filter((file) => !status.test(read(`docs/decisions/${file}`))),
      [],
    );
  });

  test('no link within the documents leads nowhere', () => {
    const texts = tracked.filter((file) => file.endsWith('.md') && !isWithin(file, 'test'));
    const dead = texts.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
        .map(([, target = '']) => posix.join(dirname(file), target))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${file}: ${target}`),
    );
    assert.deepEqual(dead, []);
  });

  test('only tests make cheap PINs', () => {
    const naming = sources.filter((file) => !file.startsWith('test/') && read(file).includes('hashCheaply'));
    assert.deepEqual(naming, ['app/records/people/pins.ts']);
  });

  /** Modules whose state stays when the screens are put up again, and why that changes nothing on them. */
  const stays: Record<string, string> = {
    'renderer/atstart.ts': 'its own list',
    'renderer/jsontext/adoptstyles.ts': 'style sheets stay on the page',
    'renderer/policies/decisionrows.ts': 'numbers that tell rows apart',
    'renderer/scanreader/replaykeys.ts': 'keys that are gone',
  };

  test('state of a module of the screens is made by atStart, so that it is new when they are put up again', () => {
    const state = /^(export )?(let |const \w+(: [^=]+)? = (\[\]|\{\}|new (Weak)?(Map|Set)(<.*>)?\(\));)/m;
    assert.match('const kept = new Map<string, () => void>();', state);
    const holders = sources.filter((file) => isWithin(file, 'renderer') && state.test(read(file)));
    assert.ok(holders.length > Object.keys(stays).length, 'state was found');
    assert.deepEqual(
      holders.filter((file) => !stays[file] && !read(file).includes('atStart(')),
      [],
    );
  });

  test('no file names a home folder or a package registry', () => {
    const home = /(?:^|[\s"'`(=:])\/(?:home|Users|root|work)\/[\w.-]+/;
    const registry = new RegExp(['registry\\.npm', 'js\\.org|npm\\.pkg\\.github|registry\\.yarn', 'pkg'].join(''));
    const text = tracked.filter((file) => !/\.(png|woff2|ico|node|der|p12|gz)$/.test(file));
    const found = text.filter((file) => home.test(read(file)) || registry.test(read(file)));
    assert.deepEqual(found, []);
  });

  test('the lock file names no host, so that it installs from wherever npm is told to', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
    const resolved = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);
    assert.deepEqual(resolved, []);
  });
});

describe('entries of journal and audit log', () => {
  const names = Object.keys(entries);
  // Released migrations never change; words have the names as keys.
  const theirs = ['app/contract', 'app/records/migrations', 'renderer/words'];
  const users = sources
    .filter((file) => ['app', 'main', 'renderer'].some((folder) => isWithin(file, folder)))
    .filter((file) => !theirs.some((folder) => isWithin(file, folder)));

  /** Names of entries that SQL has as text of its own. */
  const quotedInSql = (text: string) =>
    [...text.matchAll(/`[^`]*`|"[^"\n]*"/g)].flatMap(([sql]) =>
      names.filter((name) => sql.replaceAll(/\$\{[^}]*\}/g, '').includes(`'${name}'`)),
    );
  const compared = /\bentry\b\)?\s*(===|!==|==|!=)\s*['"`]/;

  test('SQL has their names from the catalogue', () => {
    assert.deepEqual(quotedInSql("sql.get(`SELECT 1 FROM audit WHERE entry = 'unit.passed'`)"), ['unit.passed']);
    const found = users.flatMap((file) => quotedInSql(read(file)).map((name) => `${file}: ${name}`));
    assert.deepEqual(found, []);
  });

  test('no reader compares a name with free text', () => {
    assert.match("entries.find(({ entry }) => entry === 'golden.passed')", compared);
    assert.deepEqual(
      users.filter((file) => compared.test(read(file))),
      [],
    );
  });

  test('each of the catalogue is written: what the station never says is not in it', () => {
    const written = users.map(read).join('\n');
    assert.deepEqual(
      names.filter((name) => !written.includes(`'${name}'`)),
      [],
    );
  });
});

describe('the parts of app', () => {
  const folders = [...new Set(tracked.filter((file) => isWithin(file, 'app')).map(dirname))].filter(
    (folder) => folder !== 'app',
  );
  const isPart = (folder: string) => dirname(folder) === 'app';
  const hasPage = (folder: string) => tracked.includes(`${folder}/README.md`);
  /** The page that has to name a folder: the nearest one above it. */
  const pageAbove = (folder: string): string => {
    const above = dirname(folder);
    return hasPage(above) || isPart(above) ? above : pageAbove(above);
  };

  test('each part has a README that opens with a sentence and says where to begin', () => {
    const pages = folders.filter((folder) => isPart(folder) || hasPage(folder));
    assert.ok(pages.length >= everyPart.length, 'pages were found');
    for (const folder of pages) {
      assert.ok(hasPage(folder), `${folder} has no README.md`);
      const text = read(`${folder}/README.md`);
      const [title = '', , opening = ''] = text.split('\n');
      assert.ok(title.startsWith(`# ${folder}: `), `${folder}/README.md has no title`);
      assert.match(opening, /^[A-Z`].*[a-z]/, `${folder}/README.md does not open with a sentence`);
      const named = [...text.matchAll(/`([\w./]+\.ts)`/g)].map(([, name = '']) => posix.join(folder, name));
      assert.ok(named.length > 0, `${folder}/README.md does not say where to begin`);
      assert.deepEqual(
        named.filter((file) => !tracked.includes(file)),
        [],
      );
    }
  });

  test('each folder within a part is named by the page above it', () => {
    const inner = folders.filter((folder) => !isPart(folder));
    assert.ok(inner.length > 20, 'folders were found');
    const unnamed = inner.filter((folder) => {
      const page = read(`${pageAbove(folder)}/README.md`);
      return !['', '/'].some((end) => page.includes(`\`${posix.basename(folder)}${end}\``));
    });
    assert.deepEqual(unnamed, []);
  });
});

describe('the screens', () => {
  const screenFiles = tracked.filter((file) => isWithin(file, 'renderer'));

  test('each folder has a README that opens with a sentence and says where to begin', () => {
    const folders = [...new Set(screenFiles.map(dirname))].filter((folder) => folder !== 'renderer');
    assert.ok(folders.length > 10, 'folders were found');
    for (const folder of folders) {
      assert.ok(tracked.includes(`${folder}/README.md`), `${folder} has no README.md`);
      const [title = '', , opening = '', ...rest] = read(`${folder}/README.md`).split('\n');
      assert.ok(title.startsWith(`# ${folder}: `), `${folder}/README.md has no title`);
      assert.match(opening, /^[A-Z].*[a-z]/, `${folder}/README.md does not open with a sentence`);
      const named = [...rest.join('\n').matchAll(/`([\w./]+\.\w+)`/g)].map(([, name = '']) => posix.join(folder, name));
      assert.ok(named.length > 0, `${folder}/README.md does not say where to begin`);
      assert.deepEqual(
        named.filter((file) => !tracked.includes(file)),
        [],
      );
    }
  });

  test('a file name means one thing in all folders', () => {
    const names = screenFiles
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => posix.basename(file).replace(/\.\w+$/, ''));
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });
});

describe('plain English', () => {
  /** Words that hide the actor or the thing that is meant. */
  const words = /\b(whoever|nobody|somebody|for ever|anew|all the same)\b/i;

  /** The comment in each line of a source; empty for a line without one. */
  const commentsOf = (file: string): string[] =>
    read(file)
      .split('\n')
      .map((line) => /^\s*(?:\/\*|\*|\/\/).*|\s\/\/\s.*|\/\*.*\*\//.exec(line)?.[0] ?? '');

  /** The comments of a source, or the text of a document without code and quotations. Each line keeps its number. */
  function proseOf(file: string): string[] {
    if (!file.endsWith('.md')) return commentsOf(file).map((line) => line.replaceAll(/`[^`]*`/g, ''));
    const lines = read(file).split('\n');
    let isCode = false;
    return lines.map((line) => {
      if (line.startsWith('```')) isCode = !isCode;
      return isCode ? '' : line.replaceAll(/`[^`]*`|"[^"]*"/g, '');
    });
  }

  test('comments and documents avoid words that made the old ones hard to read', () => {
    const checked = tracked.filter((file) => /\.(ts|tsx|mjs|c|h|md)$/.test(file));
    assert.ok(checked.length > 1000, 'files were found');
    const found = checked.flatMap((file) =>
      proseOf(file).flatMap((line, index) => (words.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
    );
    assert.deepEqual(found, []);
  });

  test('exported functions of records and station say what they give', () => {
    const isFunction =
      /^export (async )?function |^export const \w+ =.*(=>|\b(read|write|together|writeWithPending)\()/;
    const ours = sources.filter((file) => ['app/records', 'app/station'].some((part) => isWithin(file, part)));
    const silent = ours.flatMap((file) => {
      const lines = read(file).split('\n');
      const undocumented = (line: string, index: number) => isFunction.test(line) && !lines[index - 1]?.endsWith('*/');
      return lines.flatMap((line, index) => (undocumented(line, index) ? [`${file}:${index + 1}`] : []));
    });
    assert.ok(ours.length > 50, 'files were found');
    assert.deepEqual(silent, []);
  });

  test('errors stand in docstrings as @throws', () => {
    const parts = ['app', 'main', 'native'];
    const otherwise = sources
      .filter((file) => parts.some((part) => isWithin(file, part)))
      .flatMap((file) => commentsOf(file).filter((line) => /\b(Throws|Refuses|Rejects with) `[a-z]+\./.test(line)));
    assert.deepEqual(otherwise, []);
  });
});
