/** The reports of a task, read as often as it takes. */
import type { Clock } from '../contract/clock.ts';
import type { Cloud } from './cloud.ts';
import { type Calm, pause } from './patience.ts';
import { createReconciler, type ReconcileMember, type Reconciliation } from './reconcile.ts';
import type { Submission } from './submission.ts';

const maxTries = 6;

/**
 * Reads both reports of a batch's task and reconciles them. The reports may come later than the task's end. So while
 * they have fewer lines than AWS counted, this asks again, for about a minute.
 */
export async function collectReports(
  batch: Submission,
  members: AsyncIterable<ReconcileMember>,
  ports: { cloud: Cloud; clock: Clock; signal: AbortSignal | undefined; calm: Calm; onWait(): void },
): Promise<Reconciliation> {
  const { cloud, clock, signal } = ports;
  const taskId = batch.taskId ?? '';
  // Names and ids only: what is compared has no certificates in it.
  const known: ReconcileMember[] = [];
  for await (const { thingName, certificateId } of members) known.push({ thingName, certificateId });
  const read = async () => {
    const reconciler = createReconciler(known);
    const task = await cloud.describeTask(taskId, signal);
    if (!task) return { reconciler, isWhole: true };
    let lines = 0;
    for (const kind of ['RESULTS', 'ERRORS'] as const) {
      const take = kind === 'RESULTS' ? reconciler.result : reconciler.error;
      for await (const line of cloud.reports(taskId, kind, signal)) {
        lines += 1;
        take(line);
      }
    }
    return { reconciler, isWhole: lines >= task.succeeded + task.failed };
  };
  for (let tries = 0; ; tries += 1) {
    const { reconciler, isWhole } = await ports.calm(read);
    if (isWhole || tries >= maxTries) return reconciler.finish();
    ports.onWait();
    await pause(clock, 1_000 * 2 ** tries, signal);
  }
}
