import { suite, type TestContext } from 'node:test';
import type { Clock } from '../../app/contract/clock.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device } from '../../app/device/driver.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { describeCommands } from './commands.ts';
import { describeFaults } from './faults.ts';
import { folderFor, testCa } from './support.ts';

/** How a device under test can be told to misbehave. Both implementations offer these. */
export type Misbehaviour = {
  drop?: number;
  corrupt?: number;
  duplicate?: number;
  noise?: boolean;
  delayMs?: number;
  /** `key`, `commit.cert` …; once. */
  dieAt?: { step: string; when: 'before' | 'after' };
};

/** A device under test: its memory outlives the power. */
export type Subject = {
  /** Connects; the first time, and after a death, this powers it up. `misbehaviour` holds until the next power-up. */
  powerUp(misbehaviour?: Misbehaviour): Promise<ByteChannel>;
};

/** `seed` decides which bytes suffer. */
export type MakingOptions = { presetSerial?: string; seed?: number };

export type Factory = {
  name: string;
  clock: () => Clock;
  create(t: TestContext, clock: Clock, options: MakingOptions): Promise<Subject>;
};

/** Sets up one device for one test. */
export type Begin = ReturnType<typeof beginning>;

/** What every implementation of native/agent/PROTOCOL.md must do: one suite for all. */
export function describeAgent(factory: Factory): void {
  const begin = beginning(factory);
  suite(`${factory.name}: the reference agent protocol`, { concurrency: 4 }, () => {
    describeCommands(begin);
    describeFaults(begin);
  });
}

const beginning =
  (factory: Factory) =>
  async (t: TestContext, options: MakingOptions = {}) => {
    const clock = factory.clock();
    const folder = folderFor(t);
    const subject = await factory.create(t, clock, options);
    const logs: string[] = [];
    const connect = async (misbehaviour: Misbehaviour = {}): Promise<Device> => {
      const channel = await subject.powerUp(misbehaviour);
      const device = agentDriver.connect(channel, { clock, onLog: (line) => logs.push(line) });
      t.after(() => device.close());
      return device;
    };
    return { folder, subject, connect, logs, ca: testCa() };
  };
