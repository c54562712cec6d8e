/** A practice AWS in a process of its own, on ports that it has again after each death. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { IoTClient } from '@aws-sdk/client-iot';
import type { SetUp } from './awschild.ts';

export type Place = {
  endpoint: string;
  region: string;
  roleArn: string;
  policyName: string;
  gatewayPort: number;
  rootFile: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};
export type StormAws = Awaited<ReturnType<typeof startStormAws>>;

export async function startStormAws(folder: string) {
  const stateFile = join(folder, 'account', 'aws.json');
  const logFile = join(folder, 'log.jsonl');
  let child: ChildProcess | undefined;
  const start = async (ports: readonly [number, number]): Promise<Place> => {
    const args = [stateFile, logFile, ...ports.map(String)];
    const one = fork(join(import.meta.dirname, 'awschild.ts'), args);
    child = one;
    return new Promise((resolve, reject) => {
      one.once('message', (place) => resolve(place as Place));
      one.once('exit', (code) => reject(new Error(`The practice AWS ended with ${code}.`)));
    });
  };
  const gone = () => new Promise<void>((resolve) => child?.once('exit', () => resolve()));
  const place = await start([0, 0]);
  const ports = [Number(new URL(place.endpoint).port), place.gatewayPort] as const;
  const { endpoint, region, credentials } = place;
  const iot = new IoTClient({ endpoint, region, credentials, maxAttempts: 10 });
  return {
    place,
    iot,
    stateFile,
    logFile,
    setUp: (wish: SetUp) =>
      new Promise<void>((resolve) => {
        child?.once('message', () => resolve());
        child?.send(wish);
      }),
    /** SIGKILL, and a new process on the same ports and the same files. */
    async kill(): Promise<void> {
      const over = gone();
      child?.kill('SIGKILL');
      await over;
      await start(ports);
    },
    async end(): Promise<void> {
      iot.destroy();
      if (child?.exitCode !== null || !child.connected) return;
      const over = gone();
      child.send('end');
      await over;
    },
  };
}
