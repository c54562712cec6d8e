/** The errors of a plant; a part of the catalogue in `errors.ts`. */
import { code } from './errorcode.ts';

export const plantErrors = {
  'plant.none': code('operator', 'fixInput'),
  /** Another station has the unit serial, the hardware id or the key. */
  'plant.collision': code('unit', 'callEngineer'),
  /** It cannot be asked, and the station is set to wait for it. */
  'plant.unreachable': code('cloud', 'wait'),
  /** Its certificate does not pass, or it has no TLS. */
  'plant.untrusted': code('station', 'checkSetup'),
  'plant.refused': code('station', 'checkSetup'),
  /** Its server is there, and could not do it. */
  'plant.failed': code('cloud', 'wait'),
  /** What the plant has is not the beginning of this station's log. */
  'plant.forked': code('station', 'callEngineer'),
  'plant.noLease': code('operator', 'fixInput'),
  /** The station has no login that reads the whole plant. */
  'plant.noReader': code('station', 'callEngineer'),
  /** A lease comes back once. */
  'plant.returned': code('operator', 'fixInput'),
  /** The plant was made by a later program. */
  'plant.newer': code('station', 'callEngineer'),
  /** It comes from the plant, and is changed there. */
  'plant.owned': code('operator', 'fixInput'),
  /** The plant revoked a certificate of the unit. */
  'plant.revoked': code('unit', 'callEngineer'),
} as const;
