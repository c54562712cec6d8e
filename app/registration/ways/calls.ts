/** The calls of AWS IoT's control plane that register one unit. */

export type KnownCertificate = { arn: string; status: string };
export type KnownThing = { attributes: Readonly<Record<string, string>>; typeName: string | undefined };
export type ThingFacts = {
  name: string;
  attributes: Readonly<Record<string, string>>;
  typeName?: string | undefined;
};

/**
 * No call is repeated here: the caller has a rate for each operation and must see that AWS throttles. A call that ends as
 * `cloud.unreachable` may have been done.
 *
 * @throws from every method as `Cloud`
 */
export interface ThingCalls {
  /** @returns the ARNs of what AWS made or found, by the template's logical names */
  registerThing(
    request: { templateBody: string; parameters: Record<string, string> },
    signal?: AbortSignal,
  ): Promise<Record<string, string>>;
  /**
   * Registers the certificate as ACTIVE. Without `caCertificatePem` no CA needs to be registered.
   *
   * @returns its ARN
   */
  registerCertificate(
    certificate: { certificatePem: string; caCertificatePem?: string | undefined },
    signal?: AbortSignal,
  ): Promise<string>;
  /** Undefined when the account does not know it. */
  describeCertificate(certificateId: string, signal?: AbortSignal): Promise<KnownCertificate | undefined>;
  /** Sets the certificate to ACTIVE. */
  activateCertificate(certificateId: string, signal?: AbortSignal): Promise<void>;
  /** The names of the things that the certificate is attached to. */
  thingsOf(certificateArn: string, signal?: AbortSignal): Promise<string[]>;
  /** The names of the policies that are attached to the certificate. */
  policiesOf(certificateArn: string, signal?: AbortSignal): Promise<string[]>;
  createThing(thing: ThingFacts, signal?: AbortSignal): Promise<void>;
  /** Undefined when the account does not know it. */
  describeThing(name: string, signal?: AbortSignal): Promise<KnownThing | undefined>;
  /** Adds the attributes to those that the thing has. */
  updateThing(thing: ThingFacts, signal?: AbortSignal): Promise<void>;
  attachThing(thing: { name: string; certificateArn: string }, signal?: AbortSignal): Promise<void>;
  attachPolicy(policy: { name: string; certificateArn: string }, signal?: AbortSignal): Promise<void>;
  addToGroup(thing: { name: string; group: string }, signal?: AbortSignal): Promise<void>;
  addToBillingGroup(thing: { name: string; group: string }, signal?: AbortSignal): Promise<void>;
}
