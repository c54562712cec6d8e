/** Calls about checkpoints that the station publishes. */
export {
  consistencyOf,
  contradictions,
  currentCheckpoint,
  isContradiction,
  lastPublished,
  publishedCheckpoints,
} from './checkpoints.ts';
