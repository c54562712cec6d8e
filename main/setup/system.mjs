// The foreign programs that the tests use as judges, and how to get them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runToEnd } from './command.mjs';
import { say, startProgress } from './progress.mjs';

/** Debian and Ubuntu package → the file that shows it is installed. */
const needs = /** @type {Record<string, readonly string[]>} */ ({
  chromium: ['chromium'],
  openssl: ['openssl'],
  sqlite3: ['sqlite3'],
  'gnutls-bin': ['certtool'],
  mosquitto: ['mosquitto'],
  'mosquitto-clients': ['mosquitto_pub'],
  'python3-paho-mqtt': ['/usr/lib/python3/dist-packages/paho/mqtt/client.py'],
  awscli: ['/usr/bin/aws'],
  'libmbedtls-dev': ['/usr/include/mbedtls/version.h'],
  'libssl-dev': ['/usr/include/openssl/x509.h'],
  'python3-cryptography-vectors': ['/usr/lib/python3/dist-packages/cryptography_vectors/x509/requests'],
  gcc: ['gcc'],
  'g++': ['g++'],
  softhsm2: ['softhsm2-util'],
  opensc: ['pkcs11-tool'],
  make: ['make'],
  'dpkg-dev': ['dpkg-source'],
  socat: ['socat'],
  udev: ['udevadm'],
  // A cluster of the machine is not used: the tests start their own.
  postgresql: ['pg_ctlcluster'],
});

/** What the tests can do without, at more cost: only Debian has it. */
const wished = {
  'chromium-headless-shell': ['chromium-headless-shell'],
};
const isDebian = () => existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));

const folders = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/bin'];
/** @param {string} name */
const isThere = (name) =>
  name.startsWith('/') ? existsSync(name) : folders().some((folder) => existsSync(join(folder, name)));

/** @param {Record<string, readonly string[]>} packages */
const missingOf = (packages) => Object.keys(packages).filter((name) => !packages[name]?.every(isThere));

/** Packages that are not there. */
export const findMissing = () => missingOf(needs);

/** The command that can run apt-get here. Undefined outside Debian, or without the right to. */
function findApt() {
  if (process.platform !== 'linux' || !isThere('apt-get')) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  const allowed = isThere('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return allowed ? ['sudo', '-n', 'apt-get'] : undefined;
}

/** On a machine that lives for one run, nothing has to outlast a power cut. */
const quick = process.env.CI ? ['-o', 'Dpkg::Options::=--force-unsafe-io'] : [];

const aptEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/** @param {readonly string[]} command @param {readonly string[]} args @param {string} title */
async function apt([program = '', ...before], args, title) {
  const progress = startProgress(title);
  const all = [...before, '-q', '-y', ...args];
  const { code, text } = await runToEnd(program, all, { env: aptEnvironment }, (chunk) => {
    const [, act, name] = /^(Setting up|Unpacking) (\S+)/m.exec(chunk) ?? [];
    if (act !== undefined) progress.update(`${act.toLowerCase()} ${name}`);
  });
  progress.end(code === 0 ? 'done' : 'FAILED');
  return { ok: code === 0, text };
}

/** Installs missing packages where that is possible. Elsewhere it lists them loudly. The tests run either way. */
export async function ensureSystem() {
  const missing = findMissing();
  const extra = isDebian() ? missingOf(wished) : [];
  if (missing.length + extra.length === 0) return;
  const command = findApt();
  if (command !== undefined) {
    let updated = { ok: false, text: '' };
    for (let attempt = 1; attempt <= 3 && !updated.ok; attempt++) {
      updated = await apt(
        command,
        ['update'],
        `Refreshing the package lists${attempt > 1 ? `, attempt ${attempt}` : ''}:`,
      );
    }
    const install = (/** @type {readonly string[]} */ names) =>
      apt(command, ['install', '--no-install-recommends', ...quick, ...names], `Installing ${names.join(' ')}:`);
    if (missing.length > 0) {
      const installed = await install(missing);
      if (!installed.ok) say(installed.text.trim().split('\n').slice(-10).join('\n'));
    }
    if (extra.length > 0) await install(extra);
  }
  const still = findMissing();
  if (still.length === 0) return;
  say(`\n!! MISSING: ${still.join(', ')}`);
  say('!! Tests that need them are skipped here and fail in CI. On Debian or Ubuntu:');
  say(`!!   sudo apt-get install ${still.join(' ')}\n`);
}
