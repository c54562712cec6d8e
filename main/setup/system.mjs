// The programs of others that the tests take as judges, and how to get them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say, startProgress } from './say.mjs';

/** Debian and Ubuntu package → what shows that it is there. */
const needs = {
  chromium: ['chromium'],
  openssl: ['openssl'],
  'gnutls-bin': ['certtool'],
  mosquitto: ['mosquitto'],
  awscli: ['/usr/bin/aws'],
  'libmbedtls-dev': ['/usr/include/mbedtls/version.h'],
  'libssl-dev': ['/usr/include/openssl/x509.h'],
  'python3-cryptography-vectors': ['/usr/lib/python3/dist-packages/cryptography_vectors/x509/requests'],
  gcc: ['gcc'],
  'g++': ['g++'],
  softhsm2: ['softhsm2-util'],
  opensc: ['pkcs11-tool'],
  make: ['make'],
  socat: ['socat'],
  udev: ['udevadm'],
};

/** What the tests can do without, at more cost: only Debian has it. */
const wished = {
  'chromium-headless-shell': ['chromium-headless-shell'],
};
const isDebian = () => existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));

const folders = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/bin'];
const isThere = (name) =>
  name.startsWith('/') ? existsSync(name) : folders().some((folder) => existsSync(join(folder, name)));

const missingOf = (packages) => Object.keys(packages).filter((name) => !packages[name].every(isThere));

/** Packages that are not there. */
export const findMissing = () => missingOf(needs);

/** How apt-get may be run here, or undefined: not Debian, or no right to. */
function findApt() {
  if (process.platform !== 'linux' || !isThere('apt-get')) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  const allowed = isThere('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return allowed ? ['sudo', '-n', 'apt-get'] : undefined;
}

const aptEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

async function apt(command, args, title) {
  const progress = startProgress(title);
  const child = spawn(command[0], [...command.slice(1), '-q', '-y', ...args], {
    env: aptEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const step = /^(Setting up|Unpacking) (\S+)/m.exec(chunk);
      if (step !== null) progress.update(`${step[1].toLowerCase()} ${step[2]}`);
    });
  }
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (status) => resolve(status ?? 1));
  });
  progress.end(code === 0 ? 'done' : 'FAILED');
  return { ok: code === 0, text };
}

/** Installs what is missing where that is possible; elsewhere says loudly what is. The tests go on either way. */
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
    const install = (names) =>
      apt(command, ['install', '--no-install-recommends', ...names], `Installing ${names.join(' ')}:`);
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
