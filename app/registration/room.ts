/** An account runs one bulk task at a time (AWS IoT Core quotas). A batch waits here until there is room for its own. */
import type { Clock } from '../contract/clock.ts';
import type { Cloud, TaskView } from './cloud.ts';
import { type Calm, pause, type Waiting } from './patience.ts';

const waitMs = { first: 5_000, most: 60_000 };

export type RoomWait = {
  waitingReason: Waiting;
  /** Until the task that runs is done at its pace so far. Absent where its pace is not known. */
  etaSeconds?: number | undefined;
  /** How many batches of this station go before. */
  ahead?: number | undefined;
};

export type RoomPorts = {
  cloud: Cloud;
  clock: Clock;
  signal: AbortSignal | undefined;
  calm: Calm;
  /** How many batches of this station were made earlier and want the same account's task. */
  ahead: () => number;
  onWait: (wait: RoomWait) => void;
};

/**
 * Resolves once no task runs in the account and no older batch of this station wants its place. The waits grow to a
 * minute and differ by chance, so that the stations of one account do not all come back at once.
 */
export async function waitForRoom({ cloud, clock, signal, calm, ahead, onWait }: RoomPorts): Promise<void> {
  for (let waits = 0; ; waits += 1) {
    const before = ahead();
    const running = before > 0 ? [] : await calm(() => cloud.listRunningTasks(signal));
    if (before === 0 && running.length === 0) return;
    if (before > 0) onWait({ waitingReason: 'waitingForTurn', ahead: before });
    else {
      const task = await calm(() => cloud.describeTask(running[0] ?? '', signal));
      onWait({ waitingReason: 'waitingForTask', etaSeconds: task && secondsLeft(task, clock.now()) });
    }
    const ms = Math.min(waitMs.first * 2 ** waits, waitMs.most);
    await pause(clock, ms * (0.75 + Math.random() / 2), signal);
  }
}

/** How long the task will take at its pace so far; undefined where AWS does not tell when it began, or at its very start. */
function secondsLeft({ createdAt, percent }: TaskView, now: Date): number | undefined {
  if (createdAt === undefined || percent <= 0) return undefined;
  const seconds = Math.max(0, now.getTime() - createdAt.getTime()) / 1000;
  return (seconds * (100 - percent)) / percent;
}
