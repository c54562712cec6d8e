/** What each event shows: the snapshot of its part. */
import type { StationParts } from './composition.ts';
import type { Sources } from './snapshots.ts';

/** The sources of all events but those of a session. They are asked once the parts are there. */
export const sourcesOf = (parts: () => StationParts, practice: StationParts['practice']): Sources => ({
  'station.changed': () => parts().status(),
  'bench.changed': async () => parts().bench.snapshot(),
  'line.changed': async () => parts().lineRuns.snapshot(),
  'batches.changed': () => parts().batchJobs.snapshot(),
  'drift.changed': async () => parts().driftJobs.snapshot(),
  'exports.changed': async () => parts().exportJobs.snapshot(),
  'connections.changed': () => parts().connectionWatch.snapshot(),
  'backups.changed': () => parts().backupJobs.snapshot(),
  'checkpoints.changed': () => parts().checkpointJobs.snapshot(),
  'scanners.changed': async () => parts().scanners.snapshot(),
  'cloud.changed': async () => ({ jobs: await parts().certificateJobs.list() }),
  ...(practice ? { 'practice.changed': async () => practice.snapshot() } : {}),
});
