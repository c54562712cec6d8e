/** Methods about checkpoints that the station publishes. */
import { z } from 'zod';
import { possibleBucket } from './buckets.ts';
import { checkpointConfig, checkpointPlace, checkpointsSnapshot, publishedRow } from './checkpoints.ts';
import { desk, done, engineer, type MethodSpec, method, none } from './method.ts';

export const checkpointMethods = {
  'checkpoints.snapshot': method(none, checkpointsSnapshot, desk, false),
  /** The last published ones, the latest first. */
  'checkpoints.list': method(none, z.array(publishedRow), desk, false),
  /**
   * Publishes a checkpoint to every place now, and resolves when each has it or has failed.
   *
   * @throws `checkpoint.noPlace` – no place is set; `checkpoint.unsigned`
   */
  'checkpoints.publish': method(none, z.object({ places: z.array(checkpointPlace) }), desk, 'checkpoint.asked'),
  /**
   * When checkpoints are published, and where to.
   *
   * @throws `call.badParams` – the folder lies in the data folder, a key is none; `checkpoint.noPlace` – the folder cannot
   * be written; `cloud.noTarget`
   */
  'checkpoints.configure': method(checkpointConfig.refine(...possibleBucket), done, engineer, 'checkpoint.configured'),
} as const satisfies Record<string, MethodSpec>;
