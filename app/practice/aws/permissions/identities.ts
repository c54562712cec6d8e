import { createHash, randomBytes } from 'node:crypto';
import { identityPolicy } from './document.ts';

/**
 * Who may call, and with which policy. The account begins with one user, whose credentials the practice line has, and
 * with the role of registration tasks. Both may do everything until they are given a policy.
 */
export type Identity = {
  name: string;
  kind: 'user' | 'role';
  /** Of the user, or of a session of the role. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Of a role that was made with one: the text of its trust policy. */
  trust?: string;
  /** The text of its identity policy. Absent: it may do everything. */
  policy?: string;
};

export const userName = 'birthmark';
export const roleName = 'birthmark-practice-registration';
const sessionName = 'practice';

/** Furnishes a new account, and one that an earlier version saved. */
export function ensureIdentities(identities: Map<string, Identity>, credentials: Identity['credentials']): void {
  if (!identities.has(userName)) identities.set(userName, { name: userName, kind: 'user', credentials });
  if (!identities.has(roleName)) identities.set(roleName, newIdentity(roleName, 'role'));
}

export function newIdentity(name: string, kind: Identity['kind']): Identity {
  const id = randomBytes(8).toString('hex').toUpperCase();
  return {
    name,
    kind,
    credentials: {
      accessKeyId: `${kind === 'user' ? 'AKIA' : 'ASIA'}${id}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      ...(kind === 'role' && { sessionToken: randomBytes(48).toString('base64') }),
    },
  };
}

/** The ARN by which policies and people name it. */
export const arnOf = (accountId: string, { kind, name }: Identity): string =>
  `arn:aws:iam::${accountId}:${kind}/${name}`;

/** The ARN of the caller in answers and refusals. For a role it is that of the session. */
export const callerArnOf = (accountId: string, identity: Identity): string =>
  identity.kind === 'user'
    ? arnOf(accountId, identity)
    : `arn:aws:sts::${accountId}:assumed-role/${identity.name}/${sessionName}`;

/** The unique id, as GetCallerIdentity gives it. */
export function userIdOf({ kind, name }: Identity): string {
  const id = createHash('sha256').update(`${kind}/${name}`).digest('hex').slice(0, 17).toUpperCase();
  return kind === 'user' ? `AIDA${id}` : `AROA${id}:${sessionName}`;
}

/**
 * Gives an identity a policy; `null` lets it do everything again.
 * @throws Error – the policy is malformed
 */
export function setPolicy(identity: Identity, text: string | null): void {
  if (text === null) delete identity.policy;
  else {
    identityPolicy(text);
    identity.policy = text;
  }
}
