/** An account of AWS as the ways see it, and a store of a batch: small, exact, and able to fail at any call. */
import { StationError } from '../../../app/contract/errors.ts';
import type { ThingCalls, UnitResult, WaitingMember, WayStore } from '../../../app/registration/ways/index.ts';

type Thing = { attributes: Record<string, string>; typeName: string | undefined; groups: string[]; billing?: string };
type Certificate = { arn: string; status: string; things: string[]; policies: string[]; byCa: boolean };

export const refused = (name: string, text = name) =>
  new StationError('cloud.refused', text, { data: { awsError: name } });

export const idOf = (pem: string): string => `id-${pem}`;
export const arnOf = (id: string): string => `arn:aws:iot:eu-central-1:123456789012:cert/${id}`;

/** `before` runs before each call and may throw; `after` runs once the call has changed the account. */
export function fakeAccount(
  hooks: { before?: (call: string, number: number) => unknown; after?: (call: string, number: number) => unknown } = {},
) {
  let hooked = hooks;
  const certificates = new Map<string, Certificate>();
  const things = new Map<string, Thing>();
  const policies = new Set(['p1', 'p2']);
  const asked: string[] = [];
  const ofArn = (arn: string) => certificates.get(arn.slice(arn.lastIndexOf('/') + 1))!;
  const call =
    <A, R>(name: string, act: (input: A) => R) =>
    async (input: A, signal?: AbortSignal): Promise<R> => {
      if (signal?.aborted) throw new StationError('call.cancelled', name);
      const number = asked.push(name);
      hooked.before?.(name, number);
      const result = act(input);
      hooked.after?.(name, number);
      return result;
    };
  const put = (id: string, byCa: boolean) => {
    const known = certificates.get(id) ?? { arn: arnOf(id), status: 'ACTIVE', things: [], policies: [], byCa };
    certificates.set(id, known);
    return known;
  };
  const attach = (list: string[], name: string) => void (list.includes(name) || list.push(name));
  const policy = (certificate: Certificate, name: string) => {
    if (!policies.has(name)) throw refused('ResourceNotFoundException');
    attach(certificate.policies, name);
  };
  const calls: ThingCalls = {
    registerThing: call('registerThing', ({ templateBody, parameters }) => {
      const { policyNames } = JSON.parse(templateBody) as { policyNames: string[] };
      const { ThingName = '', SerialNumber = '', CertificatePem = '' } = parameters;
      const certificate = put(idOf(CertificatePem), true);
      const thing = things.get(ThingName) ?? { attributes: {}, typeName: undefined, groups: [] };
      thing.attributes.serialNumber = SerialNumber;
      things.set(ThingName, thing);
      for (const name of policyNames) policy(certificate, name);
      attach(certificate.things, ThingName);
      return { thing: `arn:thing/${ThingName}`, certificate: certificate.arn };
    }),
    registerCertificate: call('registerCertificate', ({ certificatePem, caCertificatePem }) => {
      const id = idOf(certificatePem);
      if (certificates.has(id)) throw refused('ResourceAlreadyExistsException');
      return put(id, caCertificatePem !== undefined).arn;
    }),
    describeCertificate: call('describeCertificate', (id) => certificates.get(id)),
    activateCertificate: call('activateCertificate', (id) => {
      certificates.get(id)!.status = 'ACTIVE';
    }),
    thingsOf: call('thingsOf', (arn) => ofArn(arn).things),
    policiesOf: call('policiesOf', (arn) => ofArn(arn).policies),
    createThing: call('createThing', ({ name, attributes, typeName }) => {
      const known = things.get(name);
      if (!known) things.set(name, { attributes: { ...attributes }, typeName, groups: [] });
      else if (JSON.stringify(known.attributes) !== JSON.stringify(attributes) || known.typeName !== typeName) {
        throw refused('ResourceAlreadyExistsException');
      }
    }),
    describeThing: call('describeThing', (name) => things.get(name)),
    updateThing: call('updateThing', ({ name, attributes, typeName }) => {
      const thing = things.get(name)!;
      Object.assign(thing.attributes, attributes);
      thing.typeName = typeName ?? thing.typeName;
    }),
    attachThing: call('attachThing', ({ name, certificateArn }) => attach(ofArn(certificateArn).things, name)),
    attachPolicy: call('attachPolicy', ({ name, certificateArn }) => policy(ofArn(certificateArn), name)),
    addToGroup: call('addToGroup', ({ name, group }) => attach(things.get(name)!.groups, group)),
    addToBillingGroup: call('addToBillingGroup', ({ name, group }) => {
      things.get(name)!.billing = group;
    }),
  };
  /** The account goes on without its hooks. */
  const heal = () => {
    hooked = {};
  };
  return { calls, certificates, things, asked, heal };
}

export function unit(line: number, over: Partial<WaitingMember> = {}): WaitingMember {
  const unitSerial = `SN-${line}`;
  const certificatePem = `pem-${line}`;
  return {
    ...{ line, unitSerial, thingName: `thing-${line}`, certificateId: idOf(certificatePem), certificatePem },
    caCertificatePem: 'ca',
    ...over,
  };
}

/** A store with its results on record: they outlive a run. */
export function storeOf(members: readonly WaitingMember[]) {
  const results = new Map<number, UnitResult>();
  const store: WayStore = {
    waiting: async ({ afterLine, limit }) =>
      members.filter(({ line }) => line > afterLine && !results.has(line)).slice(0, limit),
    async settle(line, result) {
      if (results.has(line)) throw new Error(`line ${line} has two results`);
      results.set(line, result);
    },
  };
  return { store, results };
}
