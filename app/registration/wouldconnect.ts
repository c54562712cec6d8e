/** Judges whether AWS IoT would let a unit in, by facts about its certificate and about the account. Pure. */
import type { CaInAws } from '../contract/model.ts';
import { type RecipeWay, wayTraits } from '../contract/ways.ts';
import type { WouldAnswer, WouldCheck } from '../contract/wouldconnect.ts';
import { deviceRefusals, templateNeeds } from '../iot/index.ts';

/** What the account says. A field is undefined when it has no such thing. */
export type AccountFacts = {
  /** The name that devices connect to. */
  endpoint: string;
  certificate: string | undefined;
  ca: CaInAws | undefined;
};

export type UnitFacts = {
  now: Date;
  notBefore: Date;
  notAfter: Date;
  /** As OpenSSL names them, e.g. `ecdsa-with-SHA256`, `prime256v1`; `rsa 2048`. */
  signature: string;
  key: string;
  revoked: boolean;
  /** Attributes of its subject as policy variables name them; the first value of each. */
  subject: Readonly<Record<string, string>>;
  thingName: string;
  topics: { publish: readonly string[]; subscribe: readonly string[] };
  /** The endpoint that it holds; empty for a device that has its own. */
  endpoint: string;
  /** Whether the root that it trusts is one that the endpoint's certificate is under; undefined when it is not known. */
  rootFits: boolean | undefined;
  way: RecipeWay | null;
  /** The text of the template that makes the units, where the station keeps it. */
  template: string | undefined;
  /** `arn:aws:iot:REGION:ACCOUNT`, and the texts of the unit's policies; undefined when one of them is not known. */
  arn: string;
  policies: readonly string[] | undefined;
  /** Undefined when AWS did not answer; `silence` says why. */
  account: AccountFacts | undefined;
  silence: string;
};

/** Certificates ("X.509 client certificates", AWS IoT developer guide). */
const signatures = /^(?:sha(?:256|384|512)WithRSAEncryption|rsassaPss|ecdsa-with-SHA(?:256|384|512))$/i;
const keys = /^(?:prime256v1|secp384r1|secp521r1|rsa (?:204[8-9]|20[5-9]\d|2[1-9]\d\d|[3-9]\d{3}))$/;
/** AWS IoT API reference, `thingName`. */
const thingNamePattern = /^[a-zA-Z0-9:_-]{1,128}$/;

/** One answer for each check, in the order in which a connection would fail. */
export function judgeUnit(unit: UnitFacts): WouldAnswer[] {
  return [
    endpointOf(unit),
    rootOf(unit),
    answer('clock', undefined, 'the clock of the device is not known here: it must be right for TLS'),
    validityOf(unit),
    answer('algorithm', signatures.test(unit.signature) && keys.test(unit.key), `${unit.signature}, key ${unit.key}`),
    answer('records', !unit.revoked, unit.revoked ? 'the certificate is revoked here' : 'not revoked here'),
    caOf(unit),
    certificateOf(unit),
    templateOf(unit),
    answer('thingName', thingNamePattern.test(unit.thingName), unit.thingName),
    policyOf(unit),
  ];
}

function answer(check: WouldCheck, ok: boolean | undefined, detail: string): WouldAnswer {
  return { check, state: ok === undefined ? 'unknown' : ok ? 'ok' : 'wrong', detail };
}

function endpointOf({ endpoint, account, silence }: UnitFacts): WouldAnswer {
  if (!account) return answer('endpoint', undefined, silence);
  if (endpoint === '') return answer('endpoint', undefined, `the device has its own; AWS says ${account.endpoint}`);
  return answer('endpoint', endpoint === account.endpoint, `the unit holds ${endpoint}, AWS says ${account.endpoint}`);
}

function rootOf({ rootFits }: UnitFacts): WouldAnswer {
  const words = { true: 'the unit trusts it', false: 'the unit trusts another root', undefined: 'not known here' };
  return answer('root', rootFits, `the root of the endpoint: ${words[`${rootFits}`]}`);
}

function validityOf({ now, notBefore, notAfter }: UnitFacts): WouldAnswer {
  const period = `valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}`;
  return answer('validity', now >= notBefore && now <= notAfter, period);
}

/** Whether AWS takes the certificate by its CA. A certificate that it has already needs no CA. */
function caOf({ way, account, silence }: UnitFacts): WouldAnswer {
  const needed = way === null ? 'active' : wayTraits[way].ca;
  if (needed === null) return answer('ca', true, 'this way needs no CA in AWS');
  if (!account) return answer('ca', undefined, silence);
  const { ca, certificate } = account;
  if (certificate !== undefined && certificate !== 'PENDING_ACTIVATION')
    return answer('ca', true, 'AWS has the certificate already');
  if (!ca) return answer('ca', false, 'the CA is not registered in the account');
  const auto = ca.autoRegistration ? 'auto-registration on' : 'auto-registration off';
  // What comes by itself is provisioned by the template of its CA, and by the account's function where that has none.
  const byTemplate = way === 'jitp';
  const fits = needed === 'active' || (ca.autoRegistration && byTemplate === (ca.template !== null));
  const template = needed === 'active' ? '' : ca.template === null ? ', no template' : ', with a template';
  const ok = ca.status === 'ACTIVE' && fits;
  return answer('ca', ok, `the CA is ${ca.status}, ${auto}${template}, mode ${ca.mode}`);
}

/** A certificate that AWS does not have becomes known by the first connection, or not at all. */
function certificateOf({ way, account, silence }: UnitFacts): WouldAnswer {
  if (!account) return answer('certificate', undefined, silence);
  const byItself = way === 'jitp' || way === 'jitr';
  const { certificate } = account;
  if (certificate === undefined)
    return answer('certificate', byItself, byItself ? 'not in AWS yet: it registers itself' : 'not registered in AWS');
  if (certificate === 'PENDING_ACTIVATION' && byItself)
    return answer('certificate', undefined, 'PENDING_ACTIVATION: it has connected, and is not provisioned yet');
  return answer('certificate', certificate === 'ACTIVE', `${certificate} in AWS`);
}

/** Just-in-time provisioning fails when the subject lacks a declared parameter ("Just-in-time provisioning"). */
function templateOf({ way, template, subject }: UnitFacts): WouldAnswer {
  if (way !== 'jitp') return answer('template', true, 'no template reads the subject');
  if (template === undefined) return answer('template', undefined, 'the station does not keep the template of the CA');
  const lacking = templateNeeds(template)
    .map(({ name }) => name)
    .filter((name) => name !== 'AWS::IoT::Certificate::Id' && !(variableOf(name) in subject));
  const detail = lacking.length > 0 ? `the subject has no ${lacking.join(', ')}` : 'the subject has all parameters';
  return answer('template', lacking.length === 0, detail);
}

/** JITP says `StateName`, policies say `State`. */
const variableOf = (parameter: string): string =>
  parameter.replace('AWS::IoT::Certificate::', '').replace(/^StateName$/, 'State');

function policyOf({ policies, arn, thingName, topics, subject }: UnitFacts): WouldAnswer {
  if (!policies) return answer('policy', undefined, 'not all policies of the unit are known here');
  const refused = deviceRefusals(policies, { arn, thingName, topics, subject });
  const acts = refused.map(({ action, resource }) => `${action} on ${resource}`);
  return answer('policy', acts.length === 0, acts.length === 0 ? 'allowed' : `not allowed: ${acts.join('; ')}`);
}
