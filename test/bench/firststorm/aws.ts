/** A practice AWS in a process of its own, on ports that it has again after each death. */
import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { IoTClient } from '@aws-sdk/client-iot';
import type { SetUp } from './awschild.ts';

export type Place = {
  endpoint: string;
  region: string;
  roleArn: string;
  policyName: string;
  accountId: string;
  gatewayPort: number;
  rootFile: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};
/**
 * Ports below those that connections get by themselves: a device that calls a port where AWS is dead could otherwise get that
 * very port, and be connected to itself.
 */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) ports.add(port);
  }
  return [...ports];
}

/** One account of the gateway. */
export type StormAccount = { place: Place; iot: IoTClient; stateFile: string; serverName: string };
export type StormAws = Awaited<ReturnType<typeof startStormAws>>;

/** @param accountIds the accounts at the one gateway */
export async function startStormAws(folder: string, accountIds: readonly string[]) {
  const stateFiles = accountIds.map((id) => join(folder, `account-${id}`, 'aws.json'));
  const logFile = join(folder, 'log.jsonl');
  let child: ChildProcess | undefined;
  let lives = Promise.resolve();
  const start = async (ports: readonly number[]): Promise<Place[]> => {
    const accounts = accountIds.map((accountId, at) => ({
      ...{ accountId, stateFile: stateFiles[at], port: ports[at + 1] },
    }));
    const args = [JSON.stringify(accounts), logFile, String(ports[0] ?? 0)];
    const one = fork(join(import.meta.dirname, 'awschild.ts'), args);
    child = one;
    return new Promise((resolve, reject) => {
      one.once('message', (place) => resolve(place as Place[]));
      one.once('exit', (code) => reject(new Error(`The practice AWS ended with ${code}.`)));
    });
  };
  const gone = () => new Promise<void>((resolve) => child?.once('exit', () => resolve()));
  const places = await start(await freePorts(1 + accountIds.length));
  const ports = [places[0]?.gatewayPort ?? 0, ...places.map(({ endpoint }) => Number(new URL(endpoint).port))];
  const accounts = places.map((place, at): StormAccount => {
    const { endpoint, region, credentials } = place;
    const iot = new IoTClient({ endpoint, region, credentials, maxAttempts: 10 });
    const prefix = at === 0 ? 'birthmark-practice' : `birthmark-practice-${place.accountId}`;
    const serverName = `${prefix}-ats.iot.${region}.amazonaws.com`;
    return { place, iot, stateFile: stateFiles[at] ?? '', serverName };
  });
  return {
    accounts,
    logFile,
    setUp: (wish: SetUp) =>
      new Promise<void>((resolve) => {
        child?.once('message', () => resolve());
        child?.send(wish);
      }),
    /**
     * SIGKILL, and a new process on the same ports and the same files. What is asked for while one starts comes after it:
     * devices that were let in before a death are told of after it.
     */
    kill(): Promise<void> {
      lives = lives.then(async () => {
        const over = gone();
        child?.kill('SIGKILL');
        await over;
        await start(ports);
      });
      return lives;
    },
    async end(): Promise<void> {
      for (const { iot } of accounts) iot.destroy();
      if (child?.exitCode !== null || !child.connected) return;
      const over = gone();
      child.send('end');
      await over;
    },
  };
}
