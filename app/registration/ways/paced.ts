import { StationError } from '../../contract/errors.ts';
import type { PacedOperation } from '../../contract/targets.ts';
import type { ThingCalls } from './calls.ts';
import type { Pace } from './pace.ts';

const operationOf = {
  registerThing: 'RegisterThing',
  registerCertificate: 'RegisterCertificate',
  describeCertificate: 'DescribeCertificate',
  activateCertificate: 'UpdateCertificate',
  thingsOf: 'ListPrincipalThings',
  policiesOf: 'ListAttachedPolicies',
  createThing: 'CreateThing',
  describeThing: 'DescribeThing',
  updateThing: 'UpdateThing',
  attachThing: 'AttachThingPrincipal',
  attachPolicy: 'AttachPolicy',
  addToGroup: 'AddThingToThingGroup',
  addToBillingGroup: 'AddThingToBillingGroup',
} as const satisfies Record<keyof ThingCalls, PacedOperation>;

/** The same calls, each in its turn. A call that AWS throttles makes those after it slower. */
export function pacedCalls(calls: ThingCalls, pace: Pace): ThingCalls {
  const paced =
    <A, R>(operation: (input: A) => PacedOperation, act: (input: A, signal?: AbortSignal) => Promise<R>) =>
    async (input: A, signal?: AbortSignal): Promise<R> => {
      const name = operation(input);
      await pace.turn(name, signal);
      try {
        return await act(input, signal);
      } catch (error) {
        if (error instanceof StationError && error.code === 'cloud.throttled') pace.slower(name);
        throw error;
      }
    };
  const by =
    <K extends keyof ThingCalls>(name: K) =>
    () =>
      operationOf[name];
  return {
    registerThing: paced(by('registerThing'), calls.registerThing),
    registerCertificate: paced(
      ({ caCertificatePem }) =>
        caCertificatePem === undefined ? 'RegisterCertificateWithoutCA' : operationOf.registerCertificate,
      calls.registerCertificate,
    ),
    describeCertificate: paced(by('describeCertificate'), calls.describeCertificate),
    activateCertificate: paced(by('activateCertificate'), calls.activateCertificate),
    thingsOf: paced(by('thingsOf'), calls.thingsOf),
    policiesOf: paced(by('policiesOf'), calls.policiesOf),
    createThing: paced(by('createThing'), calls.createThing),
    describeThing: paced(by('describeThing'), calls.describeThing),
    updateThing: paced(by('updateThing'), calls.updateThing),
    attachThing: paced(by('attachThing'), calls.attachThing),
    attachPolicy: paced(by('attachPolicy'), calls.attachPolicy),
    addToGroup: paced(by('addToGroup'), calls.addToGroup),
    addToBillingGroup: paced(by('addToBillingGroup'), calls.addToBillingGroup),
  };
}
