/** All methods of the table. */

import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { authorityHandlers } from './authority.ts';
import { batchHandlers } from './batches.ts';
import { benchHandlers } from './bench.ts';
import { certificateHandlers } from './certificates.ts';
import { profileHandlers } from './profiles.ts';
import { recipeHandlers } from './recipes.ts';
import { recordsHandlers } from './records.ts';
import { flowHandlers } from './rework.ts';
import { scanHandlers } from './scans.ts';
import { sessionHandlers } from './session.ts';
import { setupHandlers } from './setup.ts';
import { stationHandlers } from './station.ts';
import { windowHandlers } from './window.ts';

export const handlersOf = (parts: StationParts): Handlers => ({
  ...sessionHandlers(parts),
  ...stationHandlers(parts),
  ...setupHandlers(parts),
  ...authorityHandlers(parts),
  ...profileHandlers(parts),
  ...recipeHandlers(parts),
  ...benchHandlers(parts),
  ...scanHandlers(parts),
  ...recordsHandlers(parts),
  ...flowHandlers(parts),
  ...batchHandlers(parts),
  ...certificateHandlers(parts),
  ...windowHandlers(parts),
});
