import type { Account } from './account.ts';
import type { Fault, Faults, Outage } from './faults.ts';
import type { GatewayEntry } from './gateway/log.ts';
import { addCertificate, setStatus } from './iot/holdings.ts';
import { parsePem } from './iot/x509.ts';
import { arnOf, type Identity, newIdentity, roleName, setPolicy, userName } from './permissions/identities.ts';
import type { Rates } from './throttle.ts';

/** What a person changes about the practice AWS while it runs: from code, from the practice panel and by command. */
export type Act =
  | { act: 'status' }
  /** The log of the gateway: all of it that is kept, or the entries after this number. */
  | { act: 'log'; after?: number }
  /** Adds a fault; `null` clears all of them. */
  | { act: 'fault'; fault: Fault | null }
  /** Begins an outage; `null` ends it. */
  | { act: 'outage'; outage: Outage | null }
  /** AWS's default rates on or off. */
  | { act: 'rates'; on: boolean }
  /** Gives a user or role an identity policy (JSON text); `null` lets it do everything again. */
  | { act: 'policy'; identity: string; policy: string | null }
  /** Makes a user or role with credentials of its own, or the same again. */
  | { act: 'identity'; name: string; kind: Identity['kind'] }
  | { act: 'removeIdentity'; name: string }
  /** Sets a device certificate to REVOKED. One that the account does not know is registered as such. */
  | { act: 'revoke'; certificatePem: string };

export type Standing = {
  outage: Outage | null;
  faults: readonly Fault[];
  rates: boolean;
  identities: { name: string; kind: Identity['kind']; arn: string; policy: string | null }[];
  /** Of the act `log`; the newest last. */
  log?: readonly GatewayEntry[];
  /** Of the identity that was asked for. */
  credentials?: Identity['credentials'];
};

type Parts = { account: Account; faults: Faults; rates: Rates };

/** @throws Error – in words for the person: no such identity, a malformed policy, a bad name */
export function perform({ account, faults, rates }: Parts, act: Act): Standing {
  const { identities } = account.state;
  let credentials: Identity['credentials'] | undefined;
  switch (act.act) {
    case 'status':
    case 'log':
      break;
    case 'fault':
      faults.set(act.fault);
      break;
    case 'outage':
      faults.setOutage(act.outage);
      break;
    case 'rates':
      rates.set(act.on);
      break;
    case 'policy':
      setPolicy(found(identities, act.identity), act.policy);
      account.changed();
      break;
    case 'identity': {
      if (!/^[\w+=,.@-]{1,64}$/.test(act.name)) throw new Error(`"${act.name}" is not a name of a user or role.`);
      const known = identities.get(act.name);
      if (known && known.kind !== act.kind) throw new Error(`${act.name} is a ${known.kind} already.`);
      const identity = known ?? newIdentity(act.name, act.kind);
      identities.set(act.name, identity);
      credentials = identity.credentials;
      account.changed();
      break;
    }
    case 'revoke': {
      const parsed = parsePem(act.certificatePem);
      const known =
        account.state.certificates.get(parsed.id) ??
        addCertificate(account, parsed, { status: 'REVOKED', mode: 'DEFAULT' });
      setStatus(account, known, 'REVOKED');
      break;
    }
    case 'removeIdentity':
      if ([userName, roleName].includes(act.name))
        throw new Error(`${act.name} belongs to the practice AWS and stays.`);
      identities.delete(found(identities, act.name).name);
      account.changed();
      break;
  }
  return {
    outage: faults.outage(),
    faults: faults.list(),
    rates: rates.on(),
    identities: [...identities.values()].map((identity) => ({
      name: identity.name,
      kind: identity.kind,
      arn: arnOf(account.id, identity),
      policy: identity.policy ?? null,
    })),
    ...(act.act === 'log' && { log: account.log.entries().filter(({ seq }) => seq > (act.after ?? 0)) }),
    ...(credentials && { credentials }),
  };
}

function found(identities: ReadonlyMap<string, Identity>, name: string): Identity {
  const identity = identities.get(name);
  if (identity) return identity;
  throw new Error(`There is no identity ${name}. There are: ${[...identities.keys()].join(', ')}.`);
}
