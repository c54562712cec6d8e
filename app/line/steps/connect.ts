import { noNetwork } from '../../device/nonetwork.ts';
import { assertConnected, callHome } from '../homecall.ts';
import type { Step } from '../unit.ts';
import { assertLabel } from './identify.ts';
import { thingNameIn } from './install.ts';

/**
 * The device connects with the identity that it got, and says how far it came. A recipe may ask for it before the seal;
 * a person may ask for it once more after PASS, when this is the only step.
 */
export const connect: Step<'connect'> = async (unit) => {
  const { recipe, tools, pending, job } = unit;
  const identity = unit.facts.identity ?? (await unit.device.identify());
  assertLabel(identity, job.unitSerial);
  unit.facts.identity = identity;
  if (!identity.callsHome) throw noNetwork('the device has no network: it cannot connect at the bench');
  const place = await tools.homeOf(recipe.home.target, recipe.config.endpoint);
  const clientId = thingNameIn(unit);
  const { model, hardwareId } = identity;
  const values: Record<string, string> = { thingName: clientId, unitSerial: job.unitSerial, model, hardwareId };
  const topic = recipe.home.topic.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const { patient } = recipe.home;
  const { clock } = tools;
  const call = await callHome(
    unit.device,
    { ...place, clientId, topic },
    { patient, clock, signal: unit.signal, onView: unit.onHomeCall },
  );
  pending.add({ kind: 'homeCall', data: call });
  assertConnected(call);
  return { clientId, tries: call.tries };
};
