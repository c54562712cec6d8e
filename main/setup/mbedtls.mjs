// Gets and compiles Mbed TLS 3.6 for the tests of the reference agent. Debian 12 packages 2.28 only, so that the
// sources come from Debian 13, from the mirror that apt uses already. apt checks them by Debian's signature. It works in
// a folder of its own, so that the machine's package lists stay as they are and no root is needed.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from './command.mjs';
import { root } from './node.mjs';
import { startProgress } from './progress.mjs';

const release = 'trixie';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const limitMs = 180_000;

/** Where native/agent/Makefile looks. @param {string} folder */
const sourcesOf = (folder) => join(folder, 'native/agent/build/mbedtls36');
/** @param {string} folder */
const isThere = (folder) => existsSync(join(sourcesOf(folder), 'library/psa_crypto.c'));

/**
 * @param {string} command @param {readonly string[]} args
 * @param {string} [cwd]
 */
const run = (command, args, cwd) => runToEnd(command, args, { cwd, timeout: limitMs, killSignal: 'SIGKILL' });

/** The address of Debian's archive that apt uses on this machine. */
async function findMirror() {
  const { code, text } = await run('apt-get', ['indextargets', '--no-release-info', '--format', '$(REPO_URI)']);
  return code === 0 ? text.split('\n').find((address) => /^https?:\/\/\S+\/debian\/$/.test(address)) : undefined;
}

/**
 * Unpacks the sources into the folder `here`.
 * @param {string} here @param {string} mirror
 * @returns {Promise<string | undefined>} why that failed
 */
async function unpack(here, mirror) {
  const list = join(here, 'sources.list');
  writeFileSync(list, `deb-src [signed-by=${keyring}] ${mirror} ${release} main\n`);
  mkdirSync(join(here, 'lists/partial'), { recursive: true });
  mkdirSync(join(here, 'cache/archives/partial'), { recursive: true });
  const settings = Object.entries({
    'Dir::Etc::SourceList': list,
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': join(here, 'lists'),
    'Dir::Cache': join(here, 'cache'),
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Acquire::http::Timeout': '20',
    // apt's own user cannot write in this folder.
    ...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  for (const args of [
    ['update', '--error-on=any'],
    ['source', '--only-source', 'mbedtls'],
  ]) {
    const { code, text } = await run('apt-get', [...settings, '-q', ...args], here);
    if (code !== 0) return text.trim().slice(-2000);
  }
  return undefined;
}

/**
 * @param {string} folder
 * @returns {Promise<string | undefined>} why there are none
 */
async function fetchSources(folder) {
  const missing = [keyring, '/usr/bin/dpkg-source'].find((file) => !existsSync(file));
  if (missing !== undefined) return `${missing} is missing`;
  const mirror = await findMirror();
  if (mirror === undefined) return 'apt has no archive of Debian here';
  const here = join(folder, 'native/agent/build', `fetched-${randomUUID()}`);
  mkdirSync(here, { recursive: true });
  try {
    const reason = await unpack(here, mirror);
    if (reason !== undefined) return reason;
    const unpacked = readdirSync(here).find((name) => name.startsWith('mbedtls-3.6.'));
    if (unpacked === undefined) return `Debian's ${release} has no Mbed TLS 3.6`;
    for (const name of readdirSync(join(here, unpacked)))
      if (!['include', 'library', 'LICENSE'].includes(name)) rmSync(join(here, unpacked, name), { recursive: true });
    // Another run may have been quicker.
    if (!isThere(folder)) renameSync(join(here, unpacked), sourcesOf(folder));
    return undefined;
  } finally {
    rmSync(here, { recursive: true, force: true });
  }
}

/**
 * Makes sure that the agent can be built on Mbed TLS 3.6. Once that is so, this costs a look at the files' times.
 * @param {string} [folder]
 * @returns {Promise<string | undefined>} why it cannot be
 */
export async function ensureMbedtls(folder = root) {
  if (!isThere(folder)) {
    const progress = startProgress('Fetching the sources of Mbed TLS 3.6 (only the first time):');
    const reason = await fetchSources(folder).catch((error) => String(error));
    progress.end(reason === undefined ? 'done' : 'FAILED');
    if (reason !== undefined) return `The sources of Mbed TLS 3.6 could not be fetched: ${reason}`;
  }
  const args = ['-s', `-j${availableParallelism()}`, '-C', join(folder, 'native/agent'), 'BACKEND=psa'];
  if ((await run('make', [...args, '-q', 'library'])).code === 0) return undefined;
  const progress = startProgress('Compiling Mbed TLS 3.6 (only the first time):');
  const { code, text } = await run('make', [...args, 'library']);
  progress.end(code === 0 ? 'done' : 'FAILED');
  return code === 0 ? undefined : `Mbed TLS 3.6 could not be compiled: ${text.trim().slice(-2000)}`;
}
