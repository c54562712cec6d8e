/** A real PostgreSQL for tests: a cluster of its own in a temporary folder, on a free port of loopback. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Debian's folder of versions; the newest counts. */
const versions = '/usr/lib/postgresql';
const binaries = existsSync(versions)
  ? readdirSync(versions)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(versions, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined;

/** Why no PostgreSQL can be started here; false when one can. In CI it has to be there. */
export const withoutPostgres =
  binaries === undefined && !process.env.CI ? 'SKIPPED: PostgreSQL IS MISSING (apt-get install postgresql)' : false;

const bin = (name: string): string => join(binaries ?? '', name);

/** PostgreSQL refuses to run as root: it gets another user then. */
function userOfCluster(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export type Cluster = {
  port: number;
  /** The address for a login. */
  url: (login: string, password: string, database?: string) => string;
  /** The superuser's. */
  adminUrl: (database?: string) => string;
  /** A copy of the database's content, as `pg_dump` makes one. */
  dump: (database: string) => string;
  /** Puts a dump in the place of the database. */
  restore: (database: string, dump: string) => void;
  run: (database: string, text: string) => string;
  /** Writes a file that only the server can read. Returns its path. `name` is relative to the cluster's folder. */
  keep: (name: string, text: string) => string;
};

/** No durability is asked of it: the tests kill stations, not the plant. */
async function startCluster(): Promise<Cluster> {
  const user = userOfCluster();
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const as = { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] as ['ignore', 'ignore', 'ignore'] };
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const keep = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    if (user) chownSync(file, user.uid, user.gid);
    return file;
  };
  const passwordFile = keep('password', password);
  execFileSync(
    bin('initdb'),
    [
      ...[
        '-D',
        data,
        '-U',
        'admin',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--no-locale',
        '-N',
      ],
    ],
    as,
  );
  const port = await freePort();
  const settings = {
    ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '32MB' },
    // In its folder, which goes with it. A server that is killed leaves its segments of POSIX behind.
    dynamic_shared_memory_type: 'mmap',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const said = openSync(join(folder, 'said'), 'w');
  const server = spawn(bin('postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, ...flags], {
    ...as,
    stdio: ['ignore', 'ignore', said],
  });
  // It must not keep the process of the tests, and ends with it.
  server.unref();
  process.once('exit', () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  while (!readFileSync(join(folder, 'said'), 'utf8').includes('ready to accept connections')) {
    if (server.exitCode !== null) throw new Error(`postgres: ${readFileSync(join(folder, 'said'), 'utf8')}`);
    await setTimeout(20);
  }
  const env = { ...process.env, PGPASSWORD: password, PGHOST: folder, PGPORT: String(port), PGUSER: 'admin' };
  const client = (program: string, args: string[], input?: string): string =>
    execFileSync(bin(program), args, {
      env,
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      maxBuffer: 2 ** 30,
    });
  const url = (login: string, word: string, database = 'plant') =>
    `postgresql://${login}:${word}@127.0.0.1:${port}/${database}`;
  return {
    ...{ port, url, keep },
    adminUrl: (database) => url('admin', password, database),
    dump: (database) => client('pg_dump', ['-Fp', database]),
    restore(database, dump) {
      client('psql', [
        '-qAt',
        '-c',
        `DROP DATABASE ${database} WITH (FORCE)`,
        '-c',
        `CREATE DATABASE ${database}`,
        'postgres',
      ]);
      client('psql', ['-qAt', '-v', 'ON_ERROR_STOP=1', database], dump);
    },
    run: (database, text) => client('psql', ['-qAt', '-v', 'ON_ERROR_STOP=1', '-c', text, database]).trim(),
  };
}

let shared: Promise<Cluster> | undefined;
/** The one cluster of a process; the first that asks makes it. */
export const sharedCluster = (): Promise<Cluster> => {
  shared ??= startCluster();
  return shared;
};
