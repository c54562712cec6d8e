/** CloudFlare's cfssl: a process for each certificate, and its server on loopback. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Contender, each, type Open } from './contender.ts';
import { days, type Material } from './material.ts';
import { firstLine, shellLoop } from './program.ts';

const atOnce = 8;
const startMs = 10_000;
const missing = 'no key tests, no lint, no verification of what it signed, no record';

export const openCfssl: Open = async (material) => {
  const version = firstLine('cfssl', ['version'])?.replace('Version: ', '');
  if (version === undefined) return [{ name: 'cfssl', cannot: 'not installed: apt-get install golang-cfssl' }];
  const { kind, folder, caFile, caKeyFile } = material;
  const config = join(folder, 'cfssl.json');
  const usages = ['digital signature', ...(kind === 'P-256' ? [] : ['key encipherment']), 'client auth'];
  const signing = { default: { expiry: `${days * 24}h`, backdate: '24h', usages } };
  writeFileSync(config, JSON.stringify({ signing }));
  const ca = ['-ca', caFile, '-ca-key', caKeyFile, '-config', config];
  const sign = ['cfssl', 'sign', '-loglevel', '5', ...ca].map((part) => `'${part}'`).join(' ');
  return [
    {
      name: 'cfssl sign',
      role: 'peer',
      note: `a process for each certificate; ${missing} (version ${version})`,
      atMost: 24,
      issue: (requests) =>
        shellLoop(
          `${sign} "$csr" > "$csr.json"`,
          requests,
          (file) => JSON.parse(readFileSync(`${file}.json`, 'utf8')).cert,
        ),
    },
    await serve(ca, material),
  ];
};

async function serve(ca: readonly string[], { folder }: Material): Promise<Contender> {
  const port = await freePort();
  const args = ['serve', '-loglevel', '5', '-address', '127.0.0.1', '-port', String(port), ...ca];
  const server = spawn('cfssl', args, { stdio: 'ignore', cwd: folder });
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const close = (): void => {
    agent.destroy();
    server.kill();
  };
  try {
    await answers(agent, port);
  } catch (cause) {
    close();
    throw cause;
  }
  return {
    name: 'cfssl serve',
    role: 'peer',
    note: `over HTTP on loopback, ${atOnce} connections kept alive, on the same core; ${missing}`,
    async issue(requests) {
      return each(requests, atOnce, async ({ csrPem }) => {
        const answer = await post(agent, port, JSON.stringify({ certificate_request: csrPem }));
        const { success, result, errors } = JSON.parse(answer);
        if (!success) throw new Error(`cfssl: ${JSON.stringify(errors)}`);
        return result.certificate as string;
      });
    },
    close,
  };
}

function post(agent: Agent, port: number, body: string): Promise<string> {
  const options = { agent, port, host: '127.0.0.1', method: 'POST', path: '/api/v1/cfssl/sign' };
  return new Promise((resolve, reject) => {
    const asked = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('end', () => resolve(text));
      answer.once('error', reject);
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** Resolves when the server is there: it refuses an empty request, but it answers. */
async function answers(agent: Agent, port: number): Promise<void> {
  for (const end = performance.now() + startMs; ; ) {
    try {
      await post(agent, port, '{}');
      return;
    } catch (cause) {
      if (performance.now() > end) throw new Error('cfssl serve did not start', { cause });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
