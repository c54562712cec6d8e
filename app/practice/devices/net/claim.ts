/** A device that gets its own certificate with a claim ("Device provisioning MQTT API", AWS IoT developer guide). */
import type { KeyObject } from 'node:crypto';
import { failedPhase, type PhaseResult } from '../../../contract/connecting.ts';
import { connectAs, connectPatiently, type Patience, pauseOf, stopped } from './connect.ts';
import type { ConnectOptions, Gateway, Identity } from './identity.ts';
import { PhaseFailure } from './phaselog.ts';
import { openSession, type Session } from './session.ts';

export type ClaimRequest = {
  template: string;
  /** What the device says of itself, by the names of the template's parameters. */
  parameters: Readonly<Record<string, string>>;
  /** The request for its own key, which never leaves it. PEM. */
  csrPem: string;
  /** What an earlier try brought. */
  given?: Given | undefined;
  /** Called before it asks for a certificate, and with what it got, before it asks to be provisioned. */
  onAsk?: () => void;
  onGiven?: (given: Given) => void;
};

/** A certificate that is not activated yet, and the proof that it was given to this device: good for an hour, once. */
export type Given = { certificatePem: string; token: string };

/** AWS's answer on a rejected topic. */
export type Rejection = { statusCode: number; errorCode: string; errorMessage: string };

export type Claimed =
  | { certificatePem: string; thingName: string; configuration: Record<string, string>; phases: PhaseResult[] }
  /** Without a rejection the connection failed; `phases` says where. `given` is for the next try. */
  | { rejected: Rejection | null; phases: PhaseResult[]; given?: Given | undefined };

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
  { template, parameters, csrPem, given: before, onAsk, onGiven }: ClaimRequest,
  options: ConnectOptions,
): Promise<Claimed> {
  const { session, phases } = await openSession(claim, gateway, options);
  let given = before;
  if (!session) return { rejected: null, phases: phases(), given };
  try {
    onAsk?.();
    given ??= givenIn(
      await answer(session, '$aws/certificates/create-from-csr/json', { certificateSigningRequest: csrPem }),
    );
    onGiven?.(given);
    const { certificatePem, token: certificateOwnershipToken } = given;
    const topic = `$aws/provisioning-templates/${template}/provision/json`;
    const done = await answer(session, topic, { certificateOwnershipToken, parameters });
    return {
      certificatePem,
      thingName: String(done.thingName),
      configuration: (done.deviceConfiguration ?? {}) as Record<string, string>,
      phases: phases(),
    };
  } catch (thrown) {
    if (thrown instanceof Rejected) return { rejected: thrown.rejection, phases: phases(), given };
    if (thrown instanceof PhaseFailure) return { rejected: null, phases: phases(), given };
    throw thrown;
  } finally {
    await session.end();
  }
}

const givenIn = (made: Record<string, unknown>): Given => ({
  certificatePem: String(made.certificatePem),
  token: String(made.certificateOwnershipToken),
});

/**
 * Asks until there is an identity, with the one key, and with the certificate that it has been given: an answer may be
 * lost, and a hook lets no unit have a second certificate. Undefined when the device gives up.
 */
export async function claimPatiently(
  claim: Identity,
  gateway: Gateway,
  { key, ...request }: ClaimRequest & { key: KeyObject | string },
  options: ConnectOptions,
  patience: Patience,
): Promise<Identity | undefined> {
  const { clientId } = options;
  // Two devices with one claim must not have one client id.
  const asClaim = { ...options, publish: undefined, clientId: `claim-${clientId}` };
  let { given } = request;
  /** Turned away, and kept until there is another: who was overloaded then may take it later. */
  let spare: Identity | undefined;
  for (let count = 1; !options.signal?.aborted; count += 1) {
    const made = await provisionByClaim(claim, gateway, { ...request, given }, asClaim);
    if ('certificatePem' in made) return { certificatePem: made.certificatePem, key };
    patience.onTry?.(made.rejected ? rejectedAt(made.phases, made.rejected) : made.phases);
    given = made.given;
    if (given && made.rejected?.errorCode === 'InvalidCertificateOwnershipToken') {
      const own = { certificatePem: given.certificatePem, key };
      const isGood = await tryGiven(own, gateway, options, patience);
      if (isGood) return own;
      if (isGood === false) [spare, given] = [own, undefined];
    } else if (spare && !failedPhase((await connectAs(spare, gateway, { ...options, publish: undefined })).phases))
      return spare;
    if (count >= patience.tries || (await stopped(options, pauseOf(count, patience)))) return undefined;
  }
  return undefined;
}

/** Turned away so often, a certificate is none. An AWS that is overloaded, or dies, hangs up as well. */
const turnedAway = 3;

/**
 * Whether the certificate is good whose token AWS calls spent: it is, if the answer to its use was lost. Undefined when
 * that cannot be told now: a hook lets no unit have another certificate.
 */
export async function tryGiven(
  own: Identity,
  gateway: Gateway,
  options: ConnectOptions,
  patience: Omit<Patience, 'tries' | 'onTry'>,
): Promise<boolean | undefined> {
  const { phases } = await connectPatiently(
    own,
    gateway,
    { ...options, publish: undefined },
    { ...patience, tries: turnedAway, onTry: () => {} },
  );
  const failed = failedPhase(phases);
  if (!failed) return true;
  return failed.fault === 'refused' || failed.fault === 'lost' ? false : undefined;
}

/** AWS answered, and the answer was no: that is how far the device came. */
const rejectedAt = (phases: PhaseResult[], { errorCode, errorMessage }: Rejection): PhaseResult[] =>
  phases.map((one) =>
    one.phase === 'policy' ? { ...one, state: 'failed', reason: `rejected: ${errorCode}: ${errorMessage}` } : one,
  );

async function answer(session: Session, topic: string, request: object): Promise<Record<string, unknown>> {
  const { accepted, payload } = await session.ask(topic, JSON.stringify(request));
  const read = JSON.parse(payload) as Record<string, unknown>;
  if (accepted) return read;
  throw new Rejected(read as Rejection);
}
