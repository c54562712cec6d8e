import type { Account, Certificate, ProvisioningTemplate } from '../account.ts';
import { ServiceError } from '../errors.ts';
import { readTemplate, required } from '../iot/grammar.ts';
import { addCertificate, pemOf } from '../iot/holdings.ts';
import { createKeys } from '../iot/issuer.ts';
import { certificateOfToken, giveToken, spendToken } from '../iot/ownership.ts';
import { provision } from '../iot/provision.ts';
import { issueFromCsr } from '../iot/register.ts';
import * as types from '../iot/types.ts';
import { parsePem } from '../iot/x509.ts';
import type { Connection } from './connection.ts';
import { askHook } from './hook.ts';
import { FleetRefusal, plain } from './payload.ts';

/** The three operations of the device provisioning MQTT API. Each returns the payload of `…/accepted`. */
type Request = ReadonlyMap<string, unknown>;

/** CreateKeysAndCertificate. The private key is in the answer, and nowhere else. */
export async function createKeysAndCertificate({ account }: Connection): Promise<object> {
  const { privateKey, pem } = await createKeys(account);
  const made = addCertificate(account, parsePem(pem), { status: 'PENDING_ACTIVATION', mode: 'DEFAULT' });
  return { ...answerOf(account, made), privateKey };
}

/** CreateCertificateFromCsr. @throws FleetRefusal InvalidCertificateSigningRequest */
export function createCertificateFromCsr({ account }: Connection, request: Request): object {
  try {
    const csr = types.certificateSigningRequest(request.get('certificateSigningRequest'), 'certificateSigningRequest');
    return answerOf(account, issueFromCsr(account, csr, 'PENDING_ACTIVATION'));
  } catch (error) {
    throw refusalFrom(error, 'InvalidCertificateSigningRequest');
  }
}

/** Certificates whose provisioning is under way: the hook of a template takes its time, and a token is good once. */
const underWay = new WeakSet<Certificate>();

/**
 * RegisterThing. A refused request does not spend the token.
 * @throws FleetRefusal InvalidCertificateOwnershipToken, ResourceNotFound, InvalidParameters, ACCESS_DENIED,
 *   ResourceRegistrationFailure
 */
export async function registerThing(connection: Connection, templateName: string, request: Request): Promise<object> {
  const { account } = connection;
  const template = enabledTemplate(account, templateName);
  const certificate = ownCertificate(account, request.get('certificateOwnershipToken'));
  const given = parametersIn(request.get('parameters'));
  if (underWay.has(certificate)) throw badToken('Certificate ownership token is in use.');
  underWay.add(certificate);
  try {
    const own = 'AWS::IoT::Certificate::Id';
    const parameters = await askHook(account, template, { connection, certificate }, given);
    // The hook's own table first: after a crash it must know of every unit that was provisioned.
    if (template.hook) await account.saved();
    const body = readTemplate(defaultBody(template), template.type);
    const missing = required(body).filter((name) => name !== own && !parameters.has(name));
    if (missing.length > 0) throw new FleetRefusal(400, 'InvalidParameters', `Missing: ${missing.join(', ')}.`);
    // While the hook ran, the token may have lapsed or the certificate may have been deleted.
    if (certificate.ownership === undefined || !account.state.certificates.has(certificate.certificateId))
      throw badToken('Certificate ownership token is not valid any more.');
    const values = new Map([...parameters, [own, certificate.certificateId]]);
    const { thingName, deviceConfiguration } = provision(account, body, values, template.roleArn);
    // A crash before this leaves the token good: the device asks again, and finds what is there already.
    await account.saved();
    spendToken(account, certificate);
    const configuration = Object.entries(deviceConfiguration).map(([name, value]) => [name, String(value)] as const);
    return { deviceConfiguration: Object.fromEntries(configuration), ...(thingName !== undefined && { thingName }) };
  } catch (error) {
    throw refusalFrom(error, 'ResourceRegistrationFailure');
  } finally {
    underWay.delete(certificate);
  }
}

function answerOf(account: Account, made: Certificate): object {
  return {
    certificateId: made.certificateId,
    certificatePem: pemOf(made),
    certificateOwnershipToken: giveToken(account, made),
  };
}

function enabledTemplate(account: Account, name: string): ProvisioningTemplate {
  const template = account.state.templates.get(name);
  if (template?.type !== 'FLEET_PROVISIONING')
    throw new FleetRefusal(404, 'ResourceNotFound', `There is no fleet provisioning template ${name}.`);
  if (!template.enabled) throw new FleetRefusal(400, 'InvalidRequest', `The template ${name} is not enabled.`);
  return template;
}

const defaultBody = ({ versions, defaultVersion }: ProvisioningTemplate): string =>
  versions.find(({ id }) => id === defaultVersion)?.body ?? '';

function ownCertificate(account: Account, token: unknown): Certificate {
  if (token === undefined || token === '') throw badToken('Certificate ownership token cannot be empty.');
  const certificate = typeof token === 'string' ? certificateOfToken(account, token) : undefined;
  if (!certificate)
    throw badToken('Certificate ownership token is not valid: unknown, used before, or older than an hour.');
  return certificate;
}

function parametersIn(raw: unknown): ReadonlyMap<string, string> {
  if (raw === undefined || raw === null) return new Map();
  try {
    return new Map(Object.entries(types.parameters(plain(raw), 'parameters')));
  } catch (error) {
    throw refusalFrom(error, 'InvalidParameters');
  }
}

const badToken = (message: string) => new FleetRefusal(400, 'InvalidCertificateOwnershipToken', message);

const refusalFrom = (error: unknown, code: string): unknown =>
  error instanceof ServiceError ? new FleetRefusal(400, code, error.message) : error;
