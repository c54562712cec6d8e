/** A scanner on a pseudo-terminal, for practice and tests: what a USB-COM scanner is to the station. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink, unlink } from 'node:fs/promises';
import type { ScannerSuffix } from '../app/contract/model.ts';
import { buildBridge } from './agentbinary.ts';
import { firstLineOf } from './devices.ts';

const ends: Record<ScannerSuffix, string> = { cr: '\r', lf: '\n', crlf: '\r\n', tab: '\t', none: '' };

export type PracticeScanner = {
  /** What to set as its port. */
  port: string;
  /** As a whole scan, with its end. */
  scan: (text: string) => void;
  /** Bytes as they are. */
  send: (bytes: Uint8Array | string) => void;
  /** Pulled out. */
  stop: () => Promise<void>;
};

/** `link`: a name that stays the same when it is pulled and plugged in again. */
export async function startScanner(options: { suffix?: ScannerSuffix; link?: string } = {}): Promise<PracticeScanner> {
  const { suffix = 'cr', link } = options;
  const child = spawn(await buildBridge(), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const { line: port } = await firstLineOf(child);
  if (link !== undefined) await symlink(port, link);
  const send = (bytes: Uint8Array | string) => void child.stdin.write(bytes);
  return {
    port: link ?? port,
    scan: (text) => send(text + ends[suffix]),
    send,
    async stop() {
      if (link !== undefined) await unlink(link).catch(() => {});
      child.stdin.end();
      await ended;
    },
  };
}
