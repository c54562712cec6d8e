import { type Account, type Authority, type Certificate, nowSeconds } from '../account.ts';
import { ServiceError } from '../errors.ts';
import { readTemplate, type Template } from '../iot/grammar.ts';
import { addCertificate } from '../iot/holdings.ts';
import { provision } from '../iot/provision.ts';
import { armour, checkQuality, checkSignedBy, checkValidity, type Parsed, parsePem } from '../iot/x509.ts';
import { jitpParameters } from './jitpparameters.ts';

/** A device shows a certificate that is not active: unknown and of an auto-registering CA, or PENDING_ACTIVATION. */
export type FirstContact = { authority: Authority; certificateDer: Buffer; known?: Certificate; sourceIp: string };

type Outcome = { reason?: string };

/**
 * Just-in-time provisioning, or registration where the CA has no template ("Just-in-time provisioning", "Automatic/just-
 * in-time registration", AWS IoT developer guide). The connection is dropped whatever the outcome is, and the device
 * comes again. It is done in one turn, so that a certificate that comes twice at once is provisioned once. It never
 * throws.
 * @returns `reason`: why the certificate is not ACTIVE yet
 */
export async function firstContact(account: Account, contact: FirstContact): Promise<Outcome> {
  try {
    const parsed = parsePem(armour(contact.certificateDer.toString('base64')));
    return meet(account, contact.authority, parsed, { principalId: parsed.id, sourceIp: contact.sourceIp });
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

type About = { principalId: string; sourceIp: string };

function meet(account: Account, authority: Authority, parsed: Parsed, about: About): Outcome {
  try {
    const known = account.state.certificates.get(parsed.id);
    if (known?.status === 'ACTIVE') return {};
    if (known && known.status !== 'PENDING_ACTIVATION') return { reason: `The certificate is ${known.status}.` };
    checkOpen(account, authority);
    const certificate = known ?? registerPending(account, authority, parsed, about);
    return authority.registrationConfig
      ? provisionDevice(account, authority, certificate, parsed, about)
      : announce(account, authority, certificate);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const reason = `${error.name}: ${error.message}`;
    account.log.note({ eventType: 'RegisterDeviceCertificate', status: 'Failure', reason, ...about });
    return { reason };
  }
}

/** @throws ServiceError – the certificate is none that AWS takes */
function registerPending(account: Account, authority: Authority, parsed: Parsed, about: About): Certificate {
  checkQuality(parsed, account.clock.now());
  checkSignedBy(parsed, parsePem(authority.pem));
  const { certificateId: caCertificateId, mode } = authority;
  const certificate = addCertificate(account, parsed, { status: 'PENDING_ACTIVATION', mode, caCertificateId });
  const details = `signed by the CA certificate ${caCertificateId}`;
  account.log.note({ eventType: 'RegisterDeviceCertificate', status: 'Success', ...about, details });
  return certificate;
}

/** @throws ServiceError CertificateStateException · CertificateValidationException – the CA certificate has expired */
function checkOpen(account: Account, authority: Authority): void {
  const refuse = (message: string) => new ServiceError('CertificateStateException', 406, message);
  if (authority.status !== 'ACTIVE') throw refuse('The CA certificate is not active.');
  if (authority.autoRegistration !== 'ENABLE')
    throw refuse('Automatic registration is disabled for the CA certificate.');
  checkValidity(parsePem(authority.pem), account.clock.now());
}

function provisionDevice(
  account: Account,
  authority: Authority,
  certificate: Certificate,
  parsed: Parsed,
  about: About,
): Outcome {
  const { templateName } = authority.registrationConfig ?? {};
  const named = { ...about, ...(templateName !== undefined && { templateName }) };
  const fail = (reason: string): Outcome => {
    account.log.note({ eventType: 'ProvisionDevice', status: 'Failure', reason, ...named });
    return { reason };
  };
  try {
    const { body, roleArn } = templateOf(account, authority);
    const { thingName } = provision(account, templateIn(body), jitpParameters(parsed), roleArn);
    // The activation has changed the certificate behind this variable.
    const { status } = certificate as { status: Certificate['status'] };
    if (status !== 'ACTIVE') return fail(`The template leaves the certificate ${status}.`);
    const details = thingName === undefined ? undefined : `thing ${thingName}`;
    account.log.note({ eventType: 'ProvisionDevice', status: 'Success', ...named, ...(details && { details }) });
    return {};
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return fail(error.message);
  }
}

/** The template that stands on the CA itself, or the default version of the one that it names. */
function templateOf(account: Account, { registrationConfig = {} }: Authority): { body: string; roleArn: string } {
  const { templateName, templateBody, roleArn } = registrationConfig;
  if (templateBody !== undefined && roleArn !== undefined) return { body: templateBody, roleArn };
  const refuse = (message: string) => new ServiceError('ResourceRegistrationFailureException', 400, message);
  if (templateName === undefined) throw refuse('The CA certificate has no template.');
  const template = account.state.templates.get(templateName);
  const version = template?.versions.find(({ id }) => id === template.defaultVersion);
  if (!template || !version) throw refuse(`The template ${templateName} does not exist.`);
  if (!template.enabled) throw refuse(`The template ${templateName} is disabled.`);
  return { body: version.body, roleArn: template.roleArn };
}

/** A thousand devices of one CA come with one template. */
let latest: { body: string; template: Template } | undefined;
function templateIn(body: string): Template {
  if (latest?.body !== body) latest = { body, template: readTemplate(body, 'JITP') };
  return latest.template;
}

/** Just-in-time registration: the account is told, and its own function decides. */
function announce(account: Account, { certificateId: caCertificateId }: Authority, certificate: Certificate): Outcome {
  const event = {
    certificateId: certificate.certificateId,
    caCertificateId,
    timestamp: Math.floor(nowSeconds(account) * 1000),
    certificateStatus: certificate.status,
    awsAccountId: account.id,
    certificateRegistrationTimestamp: String(Math.floor(certificate.createdAt * 1000)),
  };
  const topic = `$aws/events/certificates/registered/${caCertificateId}`;
  account.bus.publish({ topic, payload: Buffer.from(JSON.stringify(event)) });
  return { reason: `The certificate is PENDING_ACTIVATION: ${topic} tells the account of it.` };
}
