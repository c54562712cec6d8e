/** How one unit is registered in each way. Every act may be repeated: what is there already is left as it is. */
import type { UnitWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import type { LineCheck } from '../../iot/index.ts';
import { type BatchMember, lineOf } from '../batchfile.ts';
import type { ThingCalls } from './calls.ts';

/** What the things of a target get. */
export type UnitSettings = {
  /** For RegisterThing: the template of the station's batch lines. */
  templateBody: string;
  /** Whether a unit fits the template, where it is not the station's own. */
  checkLine?: LineCheck | undefined;
  policyNames: readonly string[];
  thingTypeName?: string | undefined;
  thingGroups?: readonly string[] | undefined;
  billingGroup?: string | undefined;
};

export type UnitResult = { state: 'registered'; thingName: string } | { state: 'rejected'; reason: string };

type Act = (unit: BatchMember, context: Context) => Promise<UnitResult>;
type Context = {
  calls: ThingCalls;
  settings: UnitSettings;
  /** An earlier try may have done some of it: before a crash, or by a call whose answer was lost. */
  isUnsure: boolean;
  signal: AbortSignal | undefined;
};

/**
 * Registers one unit.
 *
 * @throws cloud.… – as `Cloud`, except what AWS refuses about this unit: that is the result
 */
export async function registerUnit(way: UnitWay, unit: BatchMember, context: Context): Promise<UnitResult> {
  try {
    return await (unit.caCertificatePem === null ? activate(unit, context) : acts[way](unit, context));
  } catch (error) {
    if (!(error instanceof StationError && error.code === 'cloud.refused') || collides(error)) throw error;
    return rejected(error.detail);
  }
}

const acts: Record<UnitWay, Act> = {
  async registerThing(unit, context) {
    const { calls, settings, isUnsure, signal } = context;
    const registered = { state: 'registered', thingName: unit.thingName } as const;
    if (isUnsure && (await isWhole(unit, context))) return registered;
    const parameters = lineOf(unit);
    const unfit = settings.checkLine?.(parameters);
    if (unfit !== undefined) return refused(unfit);
    // The template leaves what exists as it is, so a repeated call changes nothing.
    const arns = await calls.registerThing({ templateBody: settings.templateBody, parameters }, signal);
    const certificate = arns.certificate;
    if (certificate !== undefined && idOf(certificate) !== unit.certificateId) {
      return refused(sentence('otherCertificate', { id: idOf(certificate) }));
    }
    return registered;
  },
  registerCertificate: (unit, context) => registerAll(unit, context, { caCertificatePem: unit.caCertificatePem ?? '' }),
  withoutCa: (unit, context) => registerAll(unit, context, {}),
};

async function registerAll(
  unit: BatchMember,
  context: Context,
  ca: { caCertificatePem?: string },
): Promise<UnitResult> {
  const certificate = await certificateOf(unit, context, ca);
  return 'code' in certificate ? refused(certificate) : assemble(unit, context, certificate);
}

/**
 * A certificate of AWS's own CA is in the account, INACTIVE since AWS made it. It becomes ACTIVE last: a device that
 * connects meanwhile finds all of its rights or none.
 */
async function activate(unit: BatchMember, context: Context): Promise<UnitResult> {
  const { calls, signal } = context;
  const known = await calls.describeCertificate(unit.certificateId, signal);
  if (known?.status !== 'ACTIVE' && known?.status !== 'INACTIVE')
    return refused(known ? sentence('certificateOfAws', { status: known.status }) : sentence('noCertificateOfAws'));
  const result = await assemble(unit, context, known);
  if (result.state === 'registered' && known.status !== 'ACTIVE')
    await calls.activateCertificate(unit.certificateId, signal);
  return result;
}

/** The thing, and what is attached to it and to the certificate. */
async function assemble(unit: BatchMember, context: Context, certificate: { arn: string }): Promise<UnitResult> {
  const { calls, settings, signal } = context;
  const { thingName: name } = unit;
  const wrong = await thingOf(unit, context);
  if (wrong !== undefined) return refused(wrong);
  const { arn: certificateArn } = certificate;
  // The policies come before the thing is attached: a device that connects meanwhile finds all of its rights or none.
  for (const policy of settings.policyNames) await calls.attachPolicy({ name: policy, certificateArn }, signal);
  for (const group of settings.thingGroups ?? []) await calls.addToGroup({ name, group }, signal);
  if (settings.billingGroup !== undefined) {
    await calls.addToBillingGroup({ name, group: settings.billingGroup }, signal);
  }
  await calls.attachThing({ name, certificateArn }, signal);
  return { state: 'registered', thingName: name };
}

async function certificateOf(
  { certificatePem, certificateId }: BatchMember,
  { calls, signal }: Context,
  ca: { caCertificatePem?: string },
): Promise<{ arn: string } | Said> {
  try {
    return { arn: await calls.registerCertificate({ certificatePem, ...ca }, signal) };
  } catch (error) {
    if (!exists(error)) throw error;
    const known = await calls.describeCertificate(certificateId, signal);
    if (known?.status === 'ACTIVE') return known;
    return known ? sentence('certificateThere', { status: known.status }) : sentence('certificateLost');
  }
}

/** The reason why the unit cannot have its thing; undefined when it has it. */
async function thingOf(unit: BatchMember, { calls, settings, signal }: Context): Promise<Said | undefined> {
  const { thingName: name, unitSerial } = unit;
  const thing = { name, attributes: { serialNumber: unitSerial }, typeName: settings.thingTypeName };
  try {
    await calls.createThing(thing, signal);
    return undefined;
  } catch (error) {
    if (!exists(error)) throw error;
  }
  const known = await calls.describeThing(name, signal);
  const serial = known?.attributes.serialNumber;
  if (serial !== undefined && serial !== unitSerial) return sentence('thingOfOther', { thing: name, unit: serial });
  const isSame = serial === unitSerial && known?.typeName === settings.thingTypeName;
  if (!isSame) await calls.updateThing(thing, signal);
  return undefined;
}

/** Whether RegisterThing has done all of its work for the unit. */
async function isWhole(unit: BatchMember, { calls, settings, signal }: Context): Promise<boolean> {
  const known = await calls.describeCertificate(unit.certificateId, signal);
  if (known?.status !== 'ACTIVE') return false;
  if (!(await calls.thingsOf(known.arn, signal)).includes(unit.thingName)) return false;
  const policies = settings.policyNames.length === 0 ? [] : await calls.policiesOf(known.arn, signal);
  return settings.policyNames.every((name) => policies.includes(name));
}

const rejected = (reason: string): UnitResult => ({ state: 'rejected', reason });
/** By the station. */
const refused = ({ message }: Said): UnitResult => rejected(message);
const idOf = (certificateArn: string): string => certificateArn.slice(certificateArn.lastIndexOf('/') + 1);
const exists = (error: unknown): boolean =>
  error instanceof StationError && error.data?.awsError === 'ResourceAlreadyExistsException';

/** "Thrown when two pending updates cause a conflict": the same call succeeds later. */
export const collides = (error: unknown): boolean =>
  error instanceof StationError && error.data?.awsError === 'ConflictingResourceUpdateException';
