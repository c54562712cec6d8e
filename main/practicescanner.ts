/** A scanner on a pseudo-terminal, for practice and tests. To the station it is a USB-COM scanner. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink, unlink } from 'node:fs/promises';
import type { ScannerSuffix } from '../app/contract/model.ts';
import { buildBridge } from './agentbinary.ts';
import { firstLineOf } from './devices.ts';

const ends: Record<ScannerSuffix, string> = { cr: '\r', lf: '\n', crlf: '\r\n', tab: '\t', none: '' };

export type PracticeScanner = {
  /** The port to set for it. */
  port: string;
  /** Sends the text as a whole scan, with its end. */
  scan: (text: string) => void;
  /** Sends bytes as they are. */
  send: (bytes: Uint8Array | string) => void;
  /** Unplugs the scanner. */
  stop: () => Promise<void>;
};

/** `link` is a name that stays the same when the scanner is unplugged and plugged in again. */
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
