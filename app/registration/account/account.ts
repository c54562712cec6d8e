/** What an engineer sees and changes in an AWS account: who asks, what is allowed, CAs, and the state of certificates. */
import type { CaInAws, CaMode } from '../../contract/model.ts';
import type { AllowListInAws } from './allowlist.ts';
import type { AccountLook } from './look.ts';

/** Who AWS takes the station for (GetCallerIdentity). */
export type Identity = { accountId: string; arn: string };

export type CertificateStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED';

/** A CA to register. Only DEFAULT mode takes, and needs, a verification certificate. */
export type NewCa = {
  caCertificatePem: string;
  mode: CaMode;
  verificationCertificatePem?: string | undefined;
  autoRegistration: boolean;
  template?: CaTemplate | undefined;
};

/** What AWS makes of a device's first connection: a template of type JITP by name, or a body with a role. */
export type CaTemplate = { templateName: string } | { templateBody: string; roleArn: string };

export type CaChange = {
  status?: 'ACTIVE' | 'INACTIVE' | undefined;
  autoRegistration?: boolean | undefined;
  /** Null takes the template away, and auto-registration with it. */
  template?: CaTemplate | null | undefined;
};

/** One question: may this action be done on this resource? */
export type Ask = { action: string; resource: string };

/** `undefined` where the resource is not known to the account. The errors are those of `Cloud`. */
export interface Account {
  identity(signal?: AbortSignal): Promise<Identity>;
  /** What the policies of this principal say, in the order of the questions. @throws `cloud.denied` – when that may not be asked */
  simulate(principalArn: string, asks: readonly Ask[], signal?: AbortSignal): Promise<boolean[]>;
  /** Tries one action so that nothing changes. Undefined when there is no such try. */
  probe(ask: Ask, signal?: AbortSignal): Promise<boolean | undefined>;

  /** Ids of all CAs of the account in the Region. */
  listCas(signal?: AbortSignal): Promise<string[]>;
  describeCa(certificateId: string, signal?: AbortSignal): Promise<CaInAws | undefined>;
  /** @throws `cloud.refused` – with awsError ResourceAlreadyExistsException when it is registered */
  registerCa(ca: NewCa, signal?: AbortSignal): Promise<void>;
  /** `false` when the account does not know it. */
  updateCa(certificateId: string, change: CaChange, signal?: AbortSignal): Promise<boolean>;
  /** `false` when the account does not know it. @throws `cloud.refused` – CertificateStateException while it is active */
  deleteCa(certificateId: string, signal?: AbortSignal): Promise<boolean>;

  /** `false` when the account does not know the device certificate. */
  setCertificate(certificateId: string, status: CertificateStatus, signal?: AbortSignal): Promise<boolean>;
  /** Roles, functions, tables and rules of the account. */
  readonly look: AccountLook;
  /** The table of just-in-time registration. */
  allowList(table: string): AllowListInAws;
  close(): void;
}
