/** Entries about a unit's first connection to its target. */
import { z } from 'zod';
import { isoTime } from '../base.ts';
import { connectionReason, connectionSource, connectionWay } from '../firstconnections.ts';
import { line } from '../roles.ts';
import { type EntrySpec, station } from './entry.ts';

const text = z.string();

export const connectionEntries = {
  /** `connectedAt` is AWS's time. The registry knows neither the client id nor the address. */
  'connection.seen': {
    journal: z.strictObject({
      target: text,
      connectedAt: isoTime,
      source: connectionSource,
      clientId: text.nullable(),
      sourceIp: text.nullable(),
    }),
    by: [...line, ...station],
  },
  'connection.failed': {
    journal: z.strictObject({ target: text, reason: connectionReason, tries: z.int() }),
    by: station,
  },
  'connection.overdue': { journal: z.strictObject({ target: text, dueAt: isoTime }), by: station },
  /** AWS made the thing when the device connected. */
  'connection.registered': {
    journal: z.strictObject({
      target: text,
      way: connectionWay,
      thingName: text,
      certificateId: text,
      reason: connectionReason.nullable(),
    }),
    by: station,
    state: 'registered',
    /** A unit that was reworked since follows its new certificate. */
    mayStay: true,
  },
} as const satisfies Record<string, EntrySpec>;
