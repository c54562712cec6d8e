import type { Account, TaskStatus } from './account.ts';
import { processed } from './iot/tasks.ts';

/** The account's contents, for the practice panel and for tests. */
export type Snapshot = {
  authorities: { certificateId: string; status: 'ACTIVE' | 'INACTIVE' }[];
  certificates: number;
  things: number;
  policies: string[];
  buckets: { name: string; objects: { key: string; size: number }[] }[];
  tasks: {
    taskId: string;
    status: TaskStatus;
    inputFileKey: string;
    total: number;
    succeeded: number;
    failed: number;
    processed: number;
  }[];
};

export function snapshotOf({ state }: Account): Snapshot {
  return {
    authorities: [...state.authorities.values()].map(({ certificateId, status }) => ({ certificateId, status })),
    certificates: state.certificates.size,
    things: state.things.size,
    policies: [...state.policies.keys()],
    buckets: [...state.buckets.values()].map(({ name, objects }) => ({
      name,
      objects: [...objects.values()].map(({ key, size }) => ({ key, size })),
    })),
    tasks: [...state.tasks.values()].map((task) => ({
      taskId: task.taskId,
      status: task.status,
      inputFileKey: task.inputFileKey,
      total: task.total,
      succeeded: task.results.lines,
      failed: task.errors.lines,
      processed: processed(task),
    })),
  };
}
