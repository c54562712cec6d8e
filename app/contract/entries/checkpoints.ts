/** Entries about checkpoints of the log that the station publishes. */
import { z } from 'zod';
import { checkpointConfig, publishReason } from '../checkpoints.ts';
import { errorCodes } from '../errors.ts';
import { desk, engineer } from '../roles.ts';
import { type EntrySpec, nothing, station } from './entry.ts';

/** Leaves of the log, and their root in base64. */
const head = { size: z.int(), root: z.string() };

export const checkpointEntries = {
  'checkpoint.configured': { audit: checkpointConfig, subject: 'station', by: engineer },
  'checkpoint.asked': { audit: nothing, subject: 'station', by: desk },
  /** A folder or a bucket has the checkpoint. `cosignatures` are the lines of witnesses in it. */
  'checkpoint.published': {
    audit: z.strictObject({ ...head, why: publishReason, cosignatures: z.array(z.string()) }),
    subject: 'place of checkpoints',
    by: station,
  },
  /** A witness cosigned it. `cosignature` is its line, which was verified with the witness's key. */
  'checkpoint.cosigned': {
    audit: z.strictObject({ ...head, why: publishReason, cosignature: z.string() }),
    subject: 'place of checkpoints',
    by: station,
  },
  /** The first of the tries that failed one after the other. */
  'checkpoint.failed': {
    audit: z.strictObject({ code: z.enum(errorCodes), why: publishReason }),
    subject: 'place of checkpoints',
    by: station,
  },
  /**
   * A witness holds another log of this station. `held` is the size it names, `size` that of the log here. `note` is the
   * checkpoint that it showed, with this station's signature; null when it showed none, so that there is only its word.
   */
  'checkpoint.contradicted': {
    audit: z.strictObject({ witness: z.string(), held: z.int(), size: z.int(), note: z.string().nullable() }),
    subject: 'station',
    by: station,
  },
} as const satisfies Record<string, EntrySpec>;
