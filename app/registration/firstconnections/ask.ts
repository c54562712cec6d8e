/** Asks the registry about one unit, each call in its turn. */
import type { PacedOperation } from '../../contract/targets.ts';
import type { Calm } from '../patience.ts';
import type { ThingCalls } from '../ways/calls.ts';
import type { Pace, Rates } from '../ways/pace.ts';
import type { ConnectionCalls } from './calls.ts';
import { type Awaited, type InAccount, judge, type Verdict } from './judge.ts';

export type AskPorts = {
  calls: ConnectionCalls;
  things: Pick<ThingCalls, 'thingsOf' | 'policiesOf' | 'describeThing'>;
  pace: Pace;
  calm: Calm;
  now: () => Date;
  /** The type that the things of the target get, if they get one. */
  typeName?: string | undefined;
  signal?: AbortSignal | undefined;
};

/** The part of the account's rates that the watch takes. The rest is for the registration of units. */
const share = 0.4;
const defaults = { DescribeCertificate: 10, ListPrincipalThings: 10, ListAttachedPolicies: 15, DescribeThing: 350 };

/** The rates of the watch, from those of the account. */
export const watchRates = (rates: Rates = {}): Rates =>
  Object.fromEntries(
    Object.entries(defaults).map(([operation, rate]) => [
      operation,
      share * (rates[operation as PacedOperation] ?? rate),
    ]),
  );

/**
 * What the account says about the unit now.
 *
 * @throws as `Cloud`; `call.cancelled`
 */
export async function askAbout(unit: Awaited, ports: AskPorts): Promise<Verdict> {
  return judge(unit, await look(unit, ports), ports.now(), ports.typeName);
}

async function look(unit: Awaited, ports: AskPorts): Promise<InAccount> {
  if (unit.certificateId !== null) return lookAt(unit.certificateId, unit, ports);
  const { calls, signal } = ports;
  const ids = await turn(ports, 'ListPrincipalThings', () => calls.certificatesOf(unit.thingName, signal));
  let found: InAccount;
  for (const id of ids ?? []) {
    found = await lookAt(id, unit, ports);
    if (found?.status === 'ACTIVE') return found;
  }
  return found;
}

async function lookAt(certificateId: string, unit: Awaited, ports: AskPorts): Promise<InAccount> {
  const { calls, things: ask, signal, typeName: wanted } = ports;
  const known = await turn(ports, 'DescribeCertificate', () => calls.certificate(certificateId, signal));
  if (!known) return undefined;
  const { arn, status, createdAt } = known;
  const found = { certificateId, status, createdAt, things: [], hasPolicy: false, typeName: undefined };
  if (status === 'PENDING_ACTIVATION' || status === 'REVOKED') return found;
  const things = await turn(ports, 'ListPrincipalThings', () => ask.thingsOf(arn, signal));
  const thingName = things.includes(unit.thingName) ? unit.thingName : things[0];
  if (thingName === undefined) return found;
  const policies = await turn(ports, 'ListAttachedPolicies', () => ask.policiesOf(arn, signal));
  const byGroup = () => turn(ports, 'ListAttachedPolicies', () => calls.hasPolicy(arn, thingName, signal));
  const hasPolicy = policies.length > 0 || (await byGroup());
  const describe = () => turn(ports, 'DescribeThing', () => ask.describeThing(thingName, signal));
  const typeName = wanted === undefined ? undefined : (await describe())?.typeName;
  return { ...found, things, hasPolicy, typeName };
}

/** One call in the turn of its operation, repeated while AWS is away or throttles. */
const turn = <T>({ pace, calm, signal }: AskPorts, operation: PacedOperation, act: () => Promise<T>): Promise<T> =>
  calm(async () => {
    await pace.turn(operation, signal);
    return act();
  });
