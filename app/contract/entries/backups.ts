/** Entries about backups of the station, and about a station that was restored from one. */
import { z } from 'zod';
import { backupConfig } from '../backups.ts';
import { isoTime } from '../base.ts';
import { errorCodes } from '../errors.ts';
import { desk, engineer } from '../roles.ts';
import { type EntrySpec, nothing, station } from './entry.ts';

const text = z.string();

export const backupEntries = {
  'backup.configured': { audit: backupConfig, subject: 'station', by: engineer },
  'backup.asked': { audit: nothing, subject: 'station', by: desk },
  /** A backup was made and verified. `size` and `root` (base64) are those of the log in it; `removed` went by rotation. */
  'backup.made': {
    audit: z.strictObject({ bytes: z.int(), size: z.int(), root: text, removed: z.array(text), by: text }),
    subject: 'backup',
    by: station,
  },
  'backup.failed': {
    audit: z.strictObject({ code: z.enum(errorCodes), by: text }),
    subject: 'station',
    by: station,
  },
  /** A backup is whole in a bucket, with all its checksums. Its subject is `s3://bucket/prefix/NAME`. */
  'backup.sent': {
    audit: z.strictObject({ bytes: z.int(), removed: z.array(text), by: text }),
    subject: 'backup',
    by: station,
  },
  /** The first of the tries to send one that failed with the same code. */
  'backup.unsent': {
    audit: z.strictObject({ code: z.enum(errorCodes), by: text }),
    subject: 'backup',
    by: station,
  },
  /** The folder or the bucket has backups that another copy of this station made: two run from one restored copy. */
  'backup.twinFound': { audit: z.strictObject({ backups: z.array(text) }), subject: 'station', by: station },
  /**
   * The records were restored from a backup. `size`, `root` and `publicKey` (base64) are those of its log. `known` is the
   * size of the latest checkpoint that was shown, and null when none was. `lost` counts the leaves that are gone at least.
   * CRL numbers go on above `crlFloor`.
   */
  'station.restored': {
    audit: z.strictObject({
      backup: text,
      madeAt: isoTime,
      size: z.int(),
      root: text,
      publicKey: text.nullable(),
      known: z.int().nullable(),
      lost: z.int().nullable(),
      orders: z.array(text),
      crlFloor: z.int(),
    }),
    subject: 'station',
    by: ['setup'],
  },
} as const satisfies Record<string, EntrySpec>;
