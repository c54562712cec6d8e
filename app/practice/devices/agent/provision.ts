/** The command `provision` of a simulated agent: it asks for its own certificate for real, with its claim and its key. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type ConnectPhase, failedPhase, type PhaseResult } from '../../../contract/connecting.ts';
import { provisionPhases } from '../../../device/driver.ts';
import { decodeConfig, encodeConfig, escapeText } from '../../../device/drivers/agent/frame.ts';
import { makeCsr } from '../csr.ts';
import { type Claimed, provisionByClaim, tryGiven } from '../net/claim.ts';
import { pemOfRequest } from '../pem.ts';
import { detailLimit, pem, place } from './connect.ts';
import { Refusal, type Session } from './memory.ts';

const parameterPrefix = 'param.';

type Claim = {
  key: KeyObject;
  identity: { certificatePem: string; key: KeyObject };
  rootPem: string;
  config: Record<string, string>;
  unitSerial: string;
  template: string;
};

function claimOf({ memory, traits }: Pick<Session, 'memory' | 'traits'>): Claim {
  const [claim, claimKey, root] = ['claim', 'claimkey', 'root'].map((item) => memory.items.get(item));
  const config = decodeConfig(memory.items.get('config') ?? Buffer.alloc(0)) ?? {};
  const unitSerial = traits.presetSerial ?? config.unitSerial;
  if (!memory.key || !claim || !claimKey || !root || !unitSerial || !config.template) throw new Refusal('incomplete');
  const key = createPrivateKey({ key: claimKey, format: 'der', type: 'pkcs8' });
  const identity = { certificatePem: pem(claim), key };
  return { key: memory.key, identity, rootPem: pem(root), config, unitSerial, template: config.template };
}

/** Refuses what cannot begin. */
export function readyToProvision(session: Session, fields: string[]): string {
  place(fields);
  claimOf(session);
  return 'ok';
}

export async function provision(session: Session, fields: string[], tell: (word: string) => void): Promise<string> {
  const { clock, memory } = session;
  const { host, port, clientId } = place(fields);
  const { key, identity, rootPem, config, unitSerial, template } = claimOf(session);
  const gateway = { host, port, rootPem, serverName: config.endpoint || host };
  const named = Object.entries(config).filter(([name]) => name.startsWith(parameterPrefix));
  const parameters =
    named.length > 0
      ? Object.fromEntries(named.map(([name, value]) => [name.slice(parameterPrefix.length), value]))
      : { SerialNumber: unitSerial };
  const csrPem = pemOfRequest(makeCsr(key, unitSerial));
  const onPhase = (phase: ConnectPhase) => {
    if (phase !== 'publish' && phase !== 'policy') tell(phase);
  };
  const onGiven = (given: NonNullable<typeof memory.given>) => {
    memory.given = given;
    tell('thing');
  };
  const onAsk = () => tell('certificate');
  const request = { template, parameters, csrPem, given: memory.given, onGiven, onAsk };
  const options = { clock, clientId, onPhase };
  const made = await provisionByClaim(identity, gateway, request, options);
  if ('certificatePem' in made) return keep(session, made, made.phases);
  const { given } = memory;
  const asked = given !== undefined;
  if (given && made.rejected?.errorCode === 'InvalidCertificateOwnershipToken') {
    const own = { certificatePem: given.certificatePem, key };
    const thingName = config.thingName || unitSerial;
    const isGood = await tryGiven(own, gateway, { clock, clientId: thingName }, { firstMs: 0, mostMs: 0 });
    if (isGood) {
      const good = { certificatePem: given.certificatePem, thingName, configuration: {}, phases: made.phases };
      return keep(session, good, made.phases);
    }
    if (isGood === false) delete memory.given;
  }
  return words(made.phases, made.rejected, asked);
}

type Made = Extract<Claimed, { certificatePem: string }>;

/** One act: there is no power cut between two lines of this program. */
function keep({ memory }: Session, made: Made, phases: PhaseResult[]): string {
  const config = decodeConfig(memory.items.get('config') ?? Buffer.alloc(0)) ?? {};
  const told = Object.entries(made.configuration).filter(([name]) => /^[A-Za-z0-9._-]{1,32}$/.test(name));
  const next = { ...Object.fromEntries(told), ...config, thingName: made.thingName };
  memory.items.set('config', Buffer.from(encodeConfig(next)));
  memory.items.set('cert', new X509Certificate(made.certificatePem).raw);
  memory.items.delete('chain');
  delete memory.given;
  if (config.claim !== 'keep') for (const item of ['claim', 'claimkey']) memory.items.delete(item);
  return words(phases, null, true);
}

/** The phases of this command. The two after CONNECT are AWS's answers, which a connection has as `publish` and `policy`. */
function words(phases: PhaseResult[], rejected: { errorCode: string } | null, asked: boolean): string {
  const broken = failedPhase(phases);
  const asking = asked ? 'thing' : 'certificate';
  const last = rejected
    ? asking
    : !broken
      ? 'thing'
      : broken.phase === 'publish' || broken.phase === 'policy'
        ? asking
        : broken.phase;
  const begun = provisionPhases.slice(0, provisionPhases.indexOf(last) + 1);
  const ms = (phase: string) => phases.find((one) => one.phase === phase)?.ms ?? 0;
  const said = ['ok', ...begun.map((phase) => `${phase}=${ms(phase)}`)];
  if (!rejected && !broken) return said.join(' ');
  const reason = rejected ? 'rejected' : (broken?.fault ?? 'lost');
  const detail = (rejected ? rejected.errorCode : (broken?.reason ?? '')).slice(0, detailLimit);
  return [...said, `failed=${last}`, `reason=${reason}`, ...(detail ? [`detail=${escapeText(detail)}`] : [])].join(' ');
}
