import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../app/contract/clock.ts';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device, Installation, KeyRequest } from '../../app/device/driver.ts';
import { removeAtEnd } from '../folders.ts';

export const realClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(ms, fire) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

/** Time that jumps to the next timer as soon as nothing else is left to do: hours of waiting in milliseconds. */
export function createJumpingClock(): Clock {
  let nowMs = 0;
  let scheduled = false;
  const timers = new Set<{ atMs: number; fire: () => void }>();
  const jump = () => {
    scheduled = false;
    let next: { atMs: number; fire: () => void } | undefined;
    for (const timer of timers) if (!next || timer.atMs < next.atMs) next = timer;
    if (!next) return;
    timers.delete(next);
    nowMs = Math.max(nowMs, next.atMs);
    next.fire();
    arrange();
  };
  const arrange = () => {
    if (scheduled || timers.size === 0) return;
    scheduled = true;
    setImmediate(jump);
  };
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    after(ms, fire) {
      const timer = { atMs: nowMs + ms, fire };
      timers.add(timer);
      arrange();
      return () => timers.delete(timer);
    },
  };
}

export const isError = (code: ErrorCode) => (error: unknown) => error instanceof StationError && error.code === code;

/** Settings to install, with characters that need care. */
export const config = {
  endpoint: 'example-ats.iot.eu-central-1.amazonaws.com',
  thingName: 'unit 7 <é>',
  unitSerial: 'SN-0007',
};

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A folder that is removed when the test ends. */
export function folderFor(_t: { after(remove: () => void): unknown }): string {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-'));
  removeAtEnd(folder);
  return folder;
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/** A root and an issuing CA made by openssl, which signs whatever CSR it is given. */
function createTestCa(folder: string) {
  const file = (name: string) => join(folder, name);
  const der = (name: string) => openssl('x509', '-in', file(name), '-outform', 'DER');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', file('root.key'), '-out', file('root.pem'), '-subj', '/CN=Test root');
  openssl('req', '-x509', ...key, '-keyout', file('ca.key'), '-out', file('ca.pem'), '-subj', '/CN=Test issuing CA');
  const chainDer = [der('ca.pem')];
  const rootCaDer = der('root.pem');
  return {
    rootCaDer,
    sign(csrDer: Uint8Array): Buffer {
      writeFileSync(file('csr.der'), csrDer);
      const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '30'];
      return openssl('x509', '-req', '-in', file('csr.der'), '-inform', 'DER', ...signer, '-outform', 'DER');
    },
    installation(csrDer: Uint8Array, config: Record<string, string>): Installation {
      return { certificateDer: this.sign(csrDer), chainDer, rootCaDer, config };
    },
  };
}

/** An `Installation` that no device has: comparing a device with it shows what the device holds. */
const nothing: Installation = {
  certificateDer: Buffer.alloc(0),
  chainDer: [],
  rootCaDer: Buffer.alloc(0),
  config: { endpoint: '', thingName: '', unitSerial: '' },
};

/** What the device holds, by name: digests and values. */
export async function heldBy(device: Device): Promise<Record<string, string>> {
  const { items } = await device.readBack(nothing);
  return Object.fromEntries(items.flatMap(({ name, found }) => (found === undefined ? [] : [[name, found]])));
}

/** A unit that nothing is on record of. */
export const newKey: KeyRequest = { keyType: 'P-256', subject: 'unit', mayReplace: true };

export async function nonceProof(device: Device, nonce: Uint8Array): Promise<Uint8Array> {
  const proof = await device.prove(nonce);
  if (proof.kind !== 'nonce') throw new Error(`a proof of another kind: ${proof.kind}`);
  return proof.signatureDer;
}

let shared: ReturnType<typeof createTestCa> | undefined;

/** One CA for all tests of a file: openssl is the slowest part of them. */
export function testCa(): ReturnType<typeof createTestCa> {
  // Not a hook: it would belong to whichever test came first.
  shared ??= createTestCa(folderFor({ after: (remove) => process.once('exit', remove) }));
  return shared;
}

/** What openssl says of a CSR: its self-signature verified, its subject, its key. */
export function judgeCsr(folder: string, csrDer: Uint8Array): { verified: boolean; text: string } {
  const path = join(folder, 'judged.der');
  writeFileSync(path, csrDer);
  const text = openssl('req', '-in', path, '-inform', 'DER', '-noout', '-verify', '-text', '-nameopt', 'RFC2253');
  return { verified: true, text: text.toString() };
}

/** Whether openssl finds `signature` (DER) over `message` good for the certificate's key. */
export function judgeProof(
  folder: string,
  certificateDer: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const path = (name: string) => join(folder, name);
  writeFileSync(path('proof.crt'), certificateDer);
  writeFileSync(path('proof.msg'), message);
  writeFileSync(path('proof.sig'), signature);
  writeFileSync(path('proof.pub'), openssl('x509', '-in', path('proof.crt'), '-inform', 'DER', '-noout', '-pubkey'));
  try {
    openssl('dgst', '-sha256', '-verify', path('proof.pub'), '-signature', path('proof.sig'), path('proof.msg'));
    return true;
  } catch {
    return false;
  }
}

/** A channel that writes raw bytes and collects what comes back as lines; for talking below the driver. */
export function createConsole(channel: ByteChannel) {
  const waiting: { wanted: RegExp; resolve: (line: string) => void }[] = [];
  const lines: string[] = [];
  let held = '';
  channel.onData((bytes) => {
    held += Buffer.from(bytes).toString('latin1');
    const parts = held.split('\n');
    held = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      const at = waiting.findIndex((each) => each.wanted.test(line));
      if (at >= 0) waiting.splice(at, 1)[0]?.resolve(line);
    }
  });
  return {
    lines,
    /** Sends the text and resolves with the first line after it that matches. */
    async ask(text: string, wanted: RegExp): Promise<string> {
      const answer = new Promise<string>((resolve) => waiting.push({ wanted, resolve }));
      await channel.write(Buffer.from(text, 'latin1'));
      return answer;
    },
  };
}
