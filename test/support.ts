import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { defaultOrder, initStation } from '../app/station/index.ts';
import { systemClock } from '../main/clock.ts';
import { openLedger } from '../main/open.ts';

export const passphrase = 'a passphrase for tests only';

/** A fresh station in a folder of its own. */
export async function makeStation(): Promise<string> {
  const dir = join(await mkdtemp(join(tmpdir(), 'birthmark-test-')), 'station');
  await initStation(
    dir,
    {
      name: 'Test station',
      organisation: 'Test',
      passphrase,
      practice: false,
      people: [
        { name: 'Ola', badge: 'OP-1', pin: '1111', role: 'operator' },
        { name: 'Erin', badge: 'EN-1', pin: '2222', role: 'engineer' },
      ],
      slots: [],
      cloud: null,
      device: { endpoint: 'devices.example' },
      order: defaultOrder,
      actor: 'test',
    },
    { clock: systemClock, openLedger },
  );
  return dir;
}

export type AgentProcess = { port: string; child: ChildProcess; stop: () => Promise<void> };

/** Starts the C agent; resolves with the path of its pseudo-terminal. */
export async function startAgent(binary: string, args: string[]): Promise<AgentProcess> {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the agent stopped at once with exit code ${code}`)));
  });
  return {
    port,
    child,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
