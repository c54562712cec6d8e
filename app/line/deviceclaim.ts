/** A device with a network gets its own certificate at the bench, with a claim of five minutes that the station hands it. */
import { certificateId as idOf, pemOf } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import type { Provisioning } from '../contract/recipe.ts';
import { type DeviceProvisioned, provisionPhases } from '../device/driver.ts';
import type { DeviceAnswer, DeviceClaim } from '../issuing/index.ts';
import type { UnitContext } from './unit.ts';

type ByTrustedUser = Extract<Provisioning, { way: 'trustedUser' }>;

/** Whether the devices of a recipe use their claims themselves. */
export const usesItsClaim = (provisioning: Provisioning | undefined): provisioning is ByTrustedUser =>
  provisioning?.way === 'trustedUser' && provisioning.by === 'device';

/** A policy for claims lets in clients of such names only. */
const clientIdOf = (unitSerial: string) => `claim-${unitSerial}`;

/**
 * The device gets the claim and uses it. The parameters of the template go with it, because the device asks for itself.
 *
 * @throws link.*, device.* – by the driver
 */
export async function useClaim(
  unit: UnitContext,
  { template, parameters }: { template: string; parameters: Readonly<Record<string, string>> },
  { certificateDer, privateKeyDer, host, port }: DeviceClaim,
): Promise<DeviceAnswer> {
  const { device, recipe, job, onFraction } = unit;
  const { endpoint } = recipe.config;
  const config = {
    // The device proves the server by this name, so it always has one.
    endpoint: endpoint === '' ? host : endpoint,
    template,
    unitSerial: job.unitSerial,
    ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`param.${name}`, value])),
  };
  const what = { certificateDer, privateKeyDer, rootCaDer: recipe.rootCaDer, config };
  const { items } = await device.installClaim(what, (done, total) => onFraction((done / total) * written));
  const wrong = items.filter(({ same }) => !same).map(({ name }) => name);
  if (wrong.length > 0) {
    const detail = `the device does not hold what was written: ${wrong.join(', ')}`;
    throw new StationError('verify.readBackMismatch', detail, { data: { what: wrong.join(', ') } });
  }
  const at = { host, port, clientId: clientIdOf(job.unitSerial) };
  const all = provisionPhases.length;
  const became = await device.provision(at, (phase) =>
    onFraction(written + ((1 - written) * provisionPhases.indexOf(phase)) / all),
  );
  if ('failed' in became) return { failed: failure(became, at), nothingMade: isBefore(became) };
  const told = Object.entries(became.config).filter(([name]) => name !== 'thingName' && !Object.hasOwn(config, name));
  return {
    certificatePem: pemOf('CERTIFICATE', became.certificateDer),
    certificateId: idOf(became.certificateDer),
    thing: { thingName: became.thingName, deviceConfiguration: Object.fromEntries(told) },
  };
}

/** The part of the work that writing the claim is. */
const written = 0.4;

type Failed = Extract<DeviceProvisioned, { failed: unknown }>;

/** AWS had made nothing: the device did not get so far, or AWS said no to its request. */
const isBefore = ({ failed, fault }: Failed): boolean =>
  provisionPhases.indexOf(failed) < provisionPhases.indexOf('certificate') ||
  (failed === 'certificate' && fault === 'rejected');

function failure({ failed, fault, reason }: Failed, { host, port }: { host: string; port: number }): StationError {
  const why = [`${failed}: ${fault}`, ...(reason === '' ? [] : [reason])].join(', ');
  const where = `the device was not provisioned at ${host}:${port}: ${why}`;
  if (fault === 'rejected')
    return new StationError(reason === 'ACCESS_DENIED' ? 'cloud.denied' : 'cloud.refused', where, {
      data: { operation: failed, awsError: reason },
    });
  if (fault === 'store') return new StationError('device.refused', where, { data: { command: 'provision', reason } });
  if (fault === 'server' || fault === 'clock')
    return new StationError('home.wrongServer', where, { data: { phase: failed, fault } });
  if (failed === 'dns' || failed === 'tcp' || fault === 'timeout')
    return new StationError('home.unreachable', where, { data: { phase: failed, fault } });
  // The claim is the station's, and not the unit's: that AWS does not take it says nothing of the unit.
  if (fault === 'refused' || failed === 'tls' || failed === 'connect')
    return new StationError('cloud.refused', where, { data: { operation: failed, awsError: fault } });
  return new StationError('cloud.unreachable', where, { data: { operation: failed } });
}
