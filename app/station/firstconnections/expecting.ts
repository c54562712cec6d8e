/** Which units are waited for, by the recipe that each was made by. */
import type { ConnectionWay } from '../../contract/firstconnections.ts';
import { firstTargetName, type RecipeFile } from '../../contract/model.ts';
import { thingNameOf } from '../../line/index.ts';
import type { Ledger, NewPass } from '../../records/index.ts';

type Expected = Parameters<Ledger['expectConnections']>[0]['expected'][number];
type Rule = Pick<RecipeFile, 'provisioning' | 'firstConnection' | 'config'>;

const dayMs = 24 * 60 * 60_000;
const defaultDays = 90;
/** A unit of a batch is registered within hours. Only AWS's messages say more about it then. */
const firstLookMs = dayMs;

/** The targets that units of this recipe are to connect to, and how AWS comes to know them; none for most recipes. */
export function placesOf({ provisioning, firstConnection }: Rule): { target: string; way: ConnectionWay }[] {
  if (!provisioning) return firstConnection ? [{ target: firstTargetName, way: 'bulk' }] : [];
  switch (provisioning.way) {
    case 'claim':
      return [{ target: provisioning.target, way: 'claim' }];
    case 'trustedUser':
      return [{ target: provisioning.target, way: provisioning.by === 'station' ? 'stationClaim' : 'trustedUser' }];
    case 'jitp':
    case 'jitr':
      return provisioning.targets.map((target) => ({ target, way: provisioning.way }));
    default:
      return firstConnection ? provisioning.targets.map((target) => ({ target, way: provisioning.way })) : [];
  }
}

/** The rows of a unit that passed. */
export function expectedOf(pass: NewPass, rule: Rule): Expected[] {
  const { unitSerial, orderId, passedAt, certificateId } = pass;
  const days = rule.firstConnection?.dueDays ?? defaultDays;
  const later = (ms: number) => new Date(Date.parse(passedAt) + ms).toISOString();
  return placesOf(rule).map(({ target, way }) => ({
    ...{ unitSerial, orderId, passedAt, target, way, thingName: nameOf(pass, rule) },
    // A claim's device gets its certificate from AWS; what the unit holds before is the claim, which many share.
    certificateId: way === 'claim' || way === 'trustedUser' ? null : certificateId,
    dueAt: later(days * dayMs),
    isRegistered: way === 'stationClaim',
    askAt: askAtOf[way] === null ? null : later(askAtOf[way]),
  }));
}

const askAtOf: Record<ConnectionWay, number | null> = {
  ...{ jitp: null, jitr: null, claim: 0, trustedUser: 0, stationClaim: 0 },
  ...{ bulk: firstLookMs, registerThing: firstLookMs, registerCertificate: firstLookMs, withoutCa: firstLookMs },
};

/** The name that the device was told, or would have been. */
function nameOf({ thingName, unitSerial, model, hardwareId }: NewPass, { config }: Rule): string {
  if (thingName !== null) return thingName;
  try {
    return thingNameOf(config.thingName, { unitSerial, model, hardwareId: hardwareId ?? '' });
  } catch {
    return unitSerial;
  }
}
