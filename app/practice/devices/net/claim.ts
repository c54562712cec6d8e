/** A device that gets its own certificate with a claim ("Device provisioning MQTT API", AWS IoT developer guide). */
import type { PhaseResult } from '../../../contract/connecting.ts';
import type { ConnectOptions, Gateway, Identity } from './identity.ts';
import { PhaseFailure } from './phaselog.ts';
import { openSession, type Session } from './session.ts';

export type ClaimRequest = {
  template: string;
  /** What the device says of itself, by the names of the template's parameters. */
  parameters: Readonly<Record<string, string>>;
  /** The request for its own key, which never leaves it. PEM. */
  csrPem: string;
};

/** AWS's answer on a rejected topic. */
export type Rejection = { statusCode: number; errorCode: string; errorMessage: string };

export type Claimed =
  | { certificatePem: string; thingName: string; configuration: Record<string, string>; phases: PhaseResult[] }
  /** Without a rejection the connection failed; `phases` says where. */
  | { rejected: Rejection | null; phases: PhaseResult[] };

class Rejected extends Error {
  readonly rejection: Rejection;
  constructor(rejection: Rejection) {
    super(rejection.errorMessage);
    this.rejection = rejection;
  }
}

/**
 * Connects with the claim, hands in the request, provisions, and disconnects. The device then connects again, with its own
 * certificate. It never throws.
 */
export async function provisionByClaim(
  claim: Identity,
  gateway: Gateway,
  { template, parameters, csrPem }: ClaimRequest,
  options: ConnectOptions,
): Promise<Claimed> {
  const { session, phases } = await openSession(claim, gateway, options);
  if (!session) return { rejected: null, phases: phases() };
  try {
    const made = await answer(session, '$aws/certificates/create-from-csr/json', { certificateSigningRequest: csrPem });
    const { certificatePem, certificateOwnershipToken } = made;
    const topic = `$aws/provisioning-templates/${template}/provision/json`;
    const done = await answer(session, topic, { certificateOwnershipToken, parameters });
    return {
      certificatePem: String(certificatePem),
      thingName: String(done.thingName),
      configuration: (done.deviceConfiguration ?? {}) as Record<string, string>,
      phases: phases(),
    };
  } catch (thrown) {
    if (thrown instanceof Rejected) return { rejected: thrown.rejection, phases: phases() };
    if (thrown instanceof PhaseFailure) return { rejected: null, phases: phases() };
    throw thrown;
  } finally {
    await session.end();
  }
}

async function answer(session: Session, topic: string, request: object): Promise<Record<string, unknown>> {
  const { accepted, payload } = await session.ask(topic, JSON.stringify(request));
  const read = JSON.parse(payload) as Record<string, unknown>;
  if (accepted) return read;
  throw new Rejected(read as Rejection);
}
