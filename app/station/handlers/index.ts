/** The handlers of all methods of the table. */

import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { allowListHandlers } from './allowlists.ts';
import { authorityHandlers } from './authority.ts';
import { backupHandlers } from './backups.ts';
import { batchHandlers } from './batches.ts';
import { benchHandlers } from './bench.ts';
import { certificateHandlers } from './certificates.ts';
import { checkpointHandlers } from './checkpoints.ts';
import { claimHandlers } from './claims.ts';
import { connectionHandlers } from './connections.ts';
import { deskHandlers } from './desk.ts';
import { documentHandlers } from './documents.ts';
import { driftHandlers } from './drift.ts';
import { exportHandlers } from './exports.ts';
import { issuingHandlers } from './issuing.ts';
import { orderHandlers } from './orders.ts';
import { peopleHandlers } from './people.ts';
import { plantHandlers } from './plant.ts';
import { policyHandlers } from './policies.ts';
import { profileHandlers } from './profiles.ts';
import { recipeHandlers } from './recipes.ts';
import { recordsHandlers } from './records.ts';
import { flowHandlers } from './rework.ts';
import { scanHandlers } from './scans.ts';
import { sessionHandlers } from './session.ts';
import { setupHandlers } from './setup.ts';
import { stationHandlers } from './station.ts';
import { targetHandlers } from './targets.ts';
import { templateHandlers } from './templates.ts';
import { windowHandlers } from './window.ts';
import { wouldConnectHandlers } from './wouldconnect.ts';

/** All handlers over these parts. A method without a handler does not compile. */
export const handlersOf = (parts: StationParts): Handlers => ({
  ...sessionHandlers(parts),
  ...stationHandlers(parts),
  ...targetHandlers(parts),
  ...allowListHandlers(parts),
  ...claimHandlers(parts),
  ...setupHandlers(parts),
  ...authorityHandlers(parts),
  ...issuingHandlers(parts),
  ...profileHandlers(parts),
  ...policyHandlers(parts),
  ...recipeHandlers(parts),
  ...documentHandlers(parts),
  ...templateHandlers(parts),
  ...benchHandlers(parts),
  ...scanHandlers(parts),
  ...recordsHandlers(parts),
  ...peopleHandlers(parts),
  ...plantHandlers(parts),
  ...orderHandlers(parts),
  ...flowHandlers(parts),
  ...backupHandlers(parts),
  ...checkpointHandlers(parts),
  ...batchHandlers(parts),
  ...driftHandlers(parts),
  ...connectionHandlers(parts),
  ...certificateHandlers(parts),
  ...deskHandlers(parts),
  ...exportHandlers(parts),
  ...windowHandlers(parts),
  ...wouldConnectHandlers(parts),
});
