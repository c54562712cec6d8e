/** Debian's aws-cli against the practice AWS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { PracticeAws } from '../../app/practice/aws/index.ts';

// By its full path: another `aws` on the PATH may be a different program.
const awsCli = '/usr/bin/aws';

/** Skips where Debian's aws-cli is missing; in CI that is a failure. */
export function needsAwsCli(t: TestContext): boolean {
  if (existsSync(awsCli)) return true;
  if (process.env.CI) throw new Error(`${awsCli} is missing: apt-get install awscli`);
  t.skip(`SKIPPED: ${awsCli} IS MISSING, the practice AWS was not judged by it (apt-get install awscli)`);
  return false;
}

type Cli = (...args: string[]) => Promise<unknown>;

/**
 * Python loads aws-cli for longer than a command takes. It is loaded once, and each command is a fork of that process,
 * with an environment of its own, which calls the same function as `/usr/bin/aws` does.
 */
const warm = `
import json, os, signal, sys
import awscli.clidriver, awscli.handlers, botocore.client, botocore.httpsession, s3transfer.manager
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
answers = os.dup(1)
for line in sys.stdin:
    job = json.loads(line)
    if os.fork() != 0:
        continue
    code = 255
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for fd, name in ((1, 'out'), (2, 'err')):
            os.dup2(os.open(os.path.join(job['folder'], name), os.O_WRONLY | os.O_CREAT, 0o600), fd)
        os.environ.update(job['env'])
        sys.argv = ['aws', *job['args']]
        code = awscli.clidriver.main()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException as error:
        print(repr(error), file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(answers, (json.dumps({'folder': job['folder'], 'code': code}) + '\\n').encode())
        os._exit(0)
`;

type Ended = { folder: string; code: number };
let python: ChildProcess | undefined;
const waiting = new Map<string, { resolve: (code: number) => void; reject: (error: Error) => void }>();

function start(): ChildProcess {
  const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
  const child = spawn('/usr/bin/python3', ['-c', warm], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { folder, code } = JSON.parse(line) as Ended;
    waiting.get(folder)?.resolve(code);
  });
  child.on('exit', (code, signal) => {
    python = undefined;
    for (const { reject } of waiting.values()) reject(new Error(`aws-cli's Python ended with ${signal ?? code}`));
  });
  // It ends with us, when its input does.
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}

/** What a command ends with; its output is in `out` and `err` of the folder. */
async function runIn(folder: string, args: readonly string[], env: Record<string, string>): Promise<number> {
  python ??= start();
  const { stdin, stdout } = python;
  const hearing = stdout as Socket;
  try {
    return await new Promise((resolve, reject) => {
      waiting.set(folder, { resolve, reject });
      hearing.ref();
      stdin?.write(`${JSON.stringify({ folder, args, env })}\n`);
    });
  } finally {
    waiting.delete(folder);
    if (waiting.size === 0) hearing.unref();
  }
}

/** Runs aws-cli; resolves to its JSON (or its text), rejects with its stderr. */
export function cli(
  { endpoint, region, credentials }: Pick<PracticeAws, 'endpoint' | 'region' | 'credentials'>,
  output: 'json' | 'text' = 'json',
): Cli {
  const env = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: region,
    AWS_MAX_ATTEMPTS: '1',
  };
  return async (...args) => {
    const folder = mkdtempSync(join(tmpdir(), 'birthmark-awscli-'));
    try {
      const all = [...args, '--endpoint-url', endpoint, '--no-cli-pager', '--output', output];
      const code = await runIn(folder, all, env);
      const text = (name: string) => readFileSync(join(folder, name), 'utf8');
      if (code !== 0) throw new Error(`aws ${args.join(' ')} ended with ${code}\n${text('err')}`);
      if (output === 'text') return text('out');
      return text('out').trim() === '' ? undefined : JSON.parse(text('out'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
