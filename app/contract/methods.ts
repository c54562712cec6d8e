/** The one table of methods for clients: name → params, result, roles, audited. The dispatcher checks all four. */
import { z } from 'zod';
import { allowListMethods } from './allowlists.ts';
import { backupMethods } from './backupmethods.ts';
import { caMethods } from './camethods.ts';
import { certificateJobMethods } from './certificatejobs.ts';
import { certificateMethods } from './certificatemethods.ts';
import { checkpointMethods } from './checkpointmethods.ts';
import { claimMethods } from './claimmethods.ts';
import { connectionMethods } from './connectionmethods.ts';
import { deskMethods } from './deskmethods.ts';
import { documentMethods } from './documentmethods.ts';
import { driftMethods } from './driftmethods.ts';
import { exportMethods } from './exportmethods.ts';
import { issuingMethods, lineSnapshot } from './issuingmethods.ts';
import { desk, done, engineer, everyone, line, type MethodSpec, method, none } from './method.ts';
import * as m from './model.ts';
import { orderMethods } from './ordermethods.ts';
import { peopleMethods } from './people.ts';
import { plantMethods } from './plantmethods.ts';
import { policyMethods } from './policymethods.ts';
import { scanMethods } from './scanmethods.ts';
import { formSentences } from './schemasentences.ts';
import { setupMethods } from './setupmethods.ts';
import { targetMethods } from './targetmethods.ts';
import { templateMethods } from './templatemethods.ts';
import { flowMethods, recipeMethods, transcriptMethods } from './unitmethods.ts';
import { windowMethods } from './windowmethods.ts';
import { wouldConnectMethods } from './wouldconnect.ts';

/** Which of the ready units join a batch. Each condition that is given narrows them. */
const batchChoice = {
  orderId: z.string().optional(),
  unitSerials: z.array(m.unitSerial).max(100_000).optional(),
  /** They passed in this period: from `since`, and before `until`. */
  since: m.borderTime.optional(),
  until: m.borderTime.optional(),
  state: z.enum(['passed', 'rejected', 'registered']).optional(),
};

export const methods = {
  'session.current': method(none, m.session, 'anyone', false),
  'session.signIn': method(z.strictObject({ badge: m.badge, pin: m.pin }), m.person, 'anyone', 'session.signedIn'),
  'session.signOut': method(none, done, 'anyone', 'session.signedOut'),
  /**
   * A person is at this screen, so the signed-in person stays signed in. Reads do not show that, because screens make
   * them by themselves.
   */
  'session.stay': method(none, done, everyone, false),
  /**
   * Changes one's own PIN. `pin` is the present one and counts as at a sign-in.
   *
   * @throws `session.wrongPin`, `session.lockedOut`, `session.weakPin`
   */
  'session.changePin': method(z.strictObject({ pin: m.pin, newPin: m.pin }), done, everyone, 'person.pinChanged'),

  'station.status': method(none, m.stationStatus, 'anyone', false),
  'station.configure': method(m.stationChange, done, engineer, 'station.configured'),
  'station.ports': method(none, z.array(m.portInfo), 'anyone', false),
  /**
   * Finds the driver that fits the device at a port. It sends little, and nothing that other firmware takes for a
   * command.
   * @throws `device.incompatible` – when no driver of this station fits; `unit.inProgress`; the refusals of the port
   */
  'station.recognise': method(
    z.strictObject({
      port: m.slotConfig.shape.port,
      settings: m.driverSettings.default({}),
      line: m.lineChoice.default({}),
    }),
    z.object({ driver: z.string() }),
    engineer,
    false,
  ),
  'station.doctor': method(none, z.array(m.doctorCheck), desk, false),
  /** The choices for a slot: every driver with its settings, in the order in which a device is tried. */
  'station.drivers': method(none, z.array(m.driverFacts), 'anyone', false),
  /** The line of each slot for the active order, and where each setting comes from. */
  'station.lines': method(none, z.array(m.slotLine), 'anyone', false),

  ...setupMethods,

  'bench.snapshot': method(none, m.benchSnapshot, 'anyone', false),
  /**
   * A scanned label, as the scanner sent it. It goes to the slot whose prompt it names, or else to the slot that has
   * waited longest.
   * @throws `scan.notUnit`, `scan.ambiguous` – unless a person chose (`as`); the refusals of the label rule
   */
  'bench.scan': method(
    z.strictObject({
      text: m.scanText,
      promptId: z.string().optional(),
      as: z.literal('unit').optional(),
    }),
    /** Null means that the label is kept for the next device that is plugged in. */
    z.object({ slotId: m.slotId.nullable() }),
    line,
    false,
  ),
  /** Forgets the label that was scanned ahead. */
  'bench.drop': method(none, done, line, false),
  'bench.retry': method(z.strictObject({ slotId: m.slotId, promptId: z.string() }), done, line, false),
  'bench.abort': method(z.strictObject({ slotId: m.slotId }), done, line, 'bench.aborted'),
  /**
   * The device of the unit that passed in this slot connects with the identity that it got. `bench.changed` shows how far
   * it is, and the journal gets how it ended.
   *
   * @throws `call.stale` – when no such device is there
   */
  'bench.connect': method(z.strictObject({ slotId: m.slotId }), done, line, false),
  /** Releases the bench after repeated ERRORs, once an engineer has checked it. */
  'bench.release': method(none, done, engineer, 'bench.released'),

  'units.list': method(
    m.unitFilter.extend(m.listPart),
    /** `orderedBy`: a text that fits more than a window is answered in the order of serials. */
    m.pageOf(m.unitRow).extend({ mark: z.int(), orderedBy: m.unitOrder }),
    everyone,
    false,
  ),
  'units.show': method(z.strictObject({ unitSerial: z.string().max(128) }), m.unitHistory, everyone, false),

  ...orderMethods,

  ...peopleMethods,
  ...plantMethods,
  ...backupMethods,
  ...checkpointMethods,
  ...certificateMethods,
  ...deskMethods,
  ...exportMethods,
  ...scanMethods,
  ...allowListMethods,
  ...claimMethods,
  ...targetMethods,
  ...certificateJobMethods,
  ...caMethods,
  ...policyMethods,
  ...issuingMethods,
  ...recipeMethods,
  ...documentMethods,
  ...templateMethods,
  ...flowMethods,
  ...transcriptMethods,
  ...windowMethods,
  ...wouldConnectMethods,

  /** The default is the active issuing CA. */
  'cloud.registerCa': method(
    z.strictObject({ issuerId: m.hex.optional() }),
    z.object({ caCertificateId: z.string() }),
    engineer,
    'cloud.caRegistered',
  ),

  'batches.snapshot': method(none, m.batchesSnapshot, desk, false),
  'batches.make': method(
    z
      .strictObject({
        /** The default is the first target. */
        target: m.targetName.optional(),
        /** The default is the way of the recipe of the order, and `bulk` where that says none. */
        way: m.batchWay.optional(),
        ...batchChoice,
      })
      .refine(({ since, until }) => since === undefined || until === undefined || since < until, {
        path: ['until'],
        message: formSentences.afterBegin,
      }),
    m.batchRow,
    engineer,
    'batch.made',
  ),
  /**
   * Makes a batch of the units that got no thing from this one, which has ended. They leave it.
   *
   * @throws `batch.badState` – it has not ended; `batch.empty` – every unit has its thing
   */
  'batches.requeue': method(z.strictObject({ batchId: z.string() }), m.batchRow, engineer, 'batch.made'),
  /** What AWS lacks for this batch, as one list. It changes nothing. */
  'batches.check': method(z.strictObject({ batchId: z.string() }), m.preflightReport, desk, false),
  /** When each state of the batch began, why units were refused, and the files that are kept of it. */
  'batches.story': method(
    z.strictObject({ batchId: z.string() }),
    z.object({
      steps: z.array(m.batchStep),
      reasons: z.array(m.batchReason),
      files: z.array(m.batchFileFacts),
    }),
    desk,
    false,
  ),
  /**
   * A piece of such a file, a megabyte at the most: it may have gigabytes. `offset` is in bytes.
   *
   * @throws `batch.badState` – the station has no such file of the batch
   */
  'batches.filePart': method(
    z.strictObject({ batchId: z.string(), kind: m.batchFileFacts.shape.kind, offset: z.int().min(0) }),
    m.batchFilePart,
    desk,
    false,
  ),
  /** Starts the job and returns; progress arrives by `batches.changed`. */
  'batches.submit': method(z.strictObject({ batchId: z.string() }), m.batchRow, engineer, 'batch.submitAsked'),
  'batches.stop': method(z.strictObject({ batchId: z.string() }), done, engineer, 'batch.stopAsked'),
  'batches.show': method(
    z.strictObject({
      batchId: z.string(),
      state: m.memberState.optional(),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(100),
    }),
    m.batchRow.extend({
      total: z.int(),
      members: z.array(m.batchMember),
      progress: m.batchProgress.optional(),
    }),
    desk,
    false,
  ),

  ...driftMethods,
  ...connectionMethods,

  'practice.snapshot': method(none, m.practiceSnapshot, 'anyone', false),
  'practice.plug': method(z.strictObject({ slotId: m.slotId, deviceId: z.string().optional() }), done, 'anyone', false),
  'practice.unplug': method(z.strictObject({ slotId: m.slotId }), done, 'anyone', false),
  'practice.fault': method(
    z.strictObject({ slotId: m.slotId, fault: m.practiceFault.nullable() }),
    done,
    'anyone',
    false,
  ),
  'practice.outage': method(z.strictObject({ outage: m.practiceOutage.nullable() }), done, 'anyone', false),
  /** Prepares account, recipe and order for this way, and makes the order the active one. */
  'practice.way': method(z.strictObject({ way: z.enum(m.recipeWays) }), done, 'anyone', false),
  /** What happened at the gateway of the practice AWS, or only what failed there. */
  'practice.log': method(z.strictObject({ failures: z.boolean().default(false) }), m.practiceLog, 'anyone', false),
  'practice.rates': method(z.strictObject({ on: z.boolean() }), done, 'anyone', false),
  'practice.permit': method(
    z.strictObject({ who: z.enum(['user', 'role']), policy: z.string().max(20_480).nullable() }),
    done,
    'anyone',
    false,
  ),
} as const satisfies Record<string, MethodSpec>;

export type MethodName = keyof typeof methods;
export type Params<M extends MethodName> = z.input<(typeof methods)[M]['params']>;
/** Params with the schema's defaults filled in, as a handler gets them. */
export type CheckedParams<M extends MethodName> = z.output<(typeof methods)[M]['params']>;
export type Result<M extends MethodName> = z.output<(typeof methods)[M]['result']>;

/** Events are snapshots with a growing `seq`. Subscribing delivers the current one first. */
export const events = {
  'session.changed': m.session,
  'station.changed': m.stationStatus,
  'bench.changed': m.benchSnapshot,
  'line.changed': lineSnapshot,
  'batches.changed': m.batchesSnapshot,
  'drift.changed': m.driftSnapshot,
  'exports.changed': m.exportsSnapshot,
  'connections.changed': m.connectionsSnapshot,
  'backups.changed': m.backupsSnapshot,
  'checkpoints.changed': m.checkpointsSnapshot,
  'practice.changed': m.practiceSnapshot,
  'scanners.changed': m.scannersSnapshot,
  /** Jobs on the AWS state of certificates. */
  'cloud.changed': m.certificateJobsSnapshot,
} as const;

export type EventName = keyof typeof events;
export type EventData<E extends EventName> = z.output<(typeof events)[E]>;
