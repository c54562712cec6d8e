/** The two C programs of this folder, compiled once a process. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const programs = {
  openssl: { libraries: ['crypto'], header: '/usr/include/openssl/x509.h', from: 'libssl-dev' },
  mbedtls: { libraries: ['mbedx509', 'mbedcrypto'], header: '/usr/include/mbedtls/x509_csr.h', from: 'libmbedtls-dev' },
} as const;
export type Program = keyof typeof programs;

const built = new Map<Program, string>();

/** The program's path. Throws what the compiler says. */
export function build(program: Program): string {
  const known = built.get(program);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-judge-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const binary = join(folder, program);
  const libraries = programs[program].libraries.map((name) => `-l${name}`);
  const source = join(import.meta.dirname, `${program}.c`);
  const { status, stderr } = spawnSync('gcc', ['-Wall', '-Werror', '-O2', source, '-o', binary, ...libraries]);
  if (status !== 0) throw new Error(`${program}.c: ${stderr}`);
  built.set(program, binary);
  return binary;
}

/** Whether it can be compiled here. On CI it must be; elsewhere the test is skipped, and says so. */
export function needProgram(t: TestContext, program: Program): boolean {
  const { header, from } = programs[program];
  if (existsSync(header) && spawnSync('gcc', ['--version']).error === undefined) return true;
  if (process.env.CI !== undefined) throw new Error(`not installed: gcc or ${from}`);
  t.skip(`NOT JUDGED: gcc or ${from} not installed`);
  return false;
}

/** `v`: the request's signature verifies; `r`: it does not; `x`: OpenSSL cannot read the request. */
export type Verdict = 'v' | 'r' | 'x';

/** OpenSSL's word on each request, in order. */
export function judge(requests: readonly Uint8Array[]): Verdict[] {
  const input = Buffer.concat(requests.flatMap((der) => [lengthOf(der), der]));
  const { status, stdout } = spawnSync(build('openssl'), [], { input, maxBuffer: 2 ** 24 });
  const verdicts = [...stdout.toString('latin1')] as Verdict[];
  if (status !== 0 || verdicts.length !== requests.length) throw new Error(`the judge stopped: ${status}`);
  return verdicts;
}

function lengthOf(der: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(der.length);
  return header;
}
