import { randomBytes, randomUUID } from 'node:crypto';
import { type Account, type Authority, iotArn, nowSeconds, type RegistrationConfig } from '../account.ts';
import { iotError } from '../errors.ts';
import { readTemplate } from './grammar.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { exists, find } from './records.ts';
import type { authorityTable } from './table/authorities.ts';
import { checkTags, tag } from './tags.ts';
import { checkQuality, checkSignedBy, commonName, invalid, parsePem, validity } from './x509.ts';

const maxWithOneSubject = 10;

export const authorityHandlers: Handlers<typeof authorityTable> = {
  GetRegistrationCode: (_input, account) => {
    account.state.registrationCode ??= randomBytes(32).toString('hex');
    account.changed();
    return { registrationCode: account.state.registrationCode };
  },

  DeleteRegistrationCode: (_input, account) => {
    if (account.state.registrationCode === undefined) {
      throw iotError('ResourceNotFoundException', 'There is no registration code.');
    }
    delete account.state.registrationCode;
    account.changed();
    return {};
  },

  RegisterCACertificate: (input, account) => {
    checkTags(input.tags);
    const ca = parsePem(input.caCertificate);
    checkQuality(ca, account.clock.now());
    if (!ca.x509.ca) throw invalid('The CA certificate does not have the basicConstraints extension as true.');
    const mode = input.certificateMode ?? 'DEFAULT';
    if ((mode === 'DEFAULT') !== (input.verificationCertificate !== undefined)) {
      const must = mode === 'DEFAULT' ? 'must not be empty' : 'must be empty';
      throw iotError('InvalidRequestException', `The verificationCertificate ${must} in ${mode} mode.`);
    }
    if (input.verificationCertificate !== undefined) checkPossession(account, input.verificationCertificate, ca);
    const known = account.state.authorities.get(ca.id);
    if (known) throw exists('The CA certificate is already registered.', ca.id, known.arn);
    if (mode === 'DEFAULT') checkAlone(account, ca.id);
    const { subject } = ca.x509;
    const namesakes = [...account.state.authorities.values()].filter((other) => other.subject === subject);
    if (namesakes.length >= maxWithOneSubject) {
      throw iotError('LimitExceededException', 'Ten CA certificates with this subject are registered already.');
    }
    const config = input.registrationConfig && checkConfig(account, input.registrationConfig);
    const now = nowSeconds(account);
    const authority: Authority = {
      certificateId: ca.id,
      arn: iotArn(account, `cacert/${ca.id}`),
      pem: input.caCertificate,
      subject,
      status: input.setAsActive ? 'ACTIVE' : 'INACTIVE',
      autoRegistration: input.allowAutoRegistration ? 'ENABLE' : 'DISABLE',
      mode,
      ...(config && { registrationConfig: config }),
      createdAt: now,
      modifiedAt: now,
      version: 1,
      generationId: randomUUID(),
    };
    account.state.authorities.set(ca.id, authority);
    tag(account, authority.arn, input.tags);
    account.changed();
    return { certificateArn: authority.arn, certificateId: ca.id };
  },

  UpdateCACertificate: (input, account) => {
    const authority = findAuthority(account, input.certificateId);
    const config = input.registrationConfig && checkConfig(account, input.registrationConfig);
    if (config) authority.registrationConfig = config;
    if (input.newStatus) authority.status = input.newStatus;
    if (input.newAutoRegistrationStatus) authority.autoRegistration = input.newAutoRegistrationStatus;
    if (input.removeAutoRegistration) {
      authority.autoRegistration = 'DISABLE';
      delete authority.registrationConfig;
    }
    authority.modifiedAt = nowSeconds(account);
    authority.version += 1;
    account.changed();
    return {};
  },

  DescribeCACertificate: (input, account) => {
    const authority = findAuthority(account, input.certificateId);
    return {
      certificateDescription: {
        ...summary(authority),
        certificatePem: authority.pem,
        ownedBy: account.id,
        autoRegistrationStatus: authority.autoRegistration,
        lastModifiedDate: authority.modifiedAt,
        customerVersion: authority.version,
        generationId: authority.generationId,
        validity: validity(parsePem(authority.pem)),
        certificateMode: authority.mode,
      },
      registrationConfig: authority.registrationConfig,
    };
  },

  ListCACertificates: (input, account) =>
    list(account, input, 'certificates', {
      keys: account.state.authorities.keys(),
      show: (id) => {
        const authority = account.state.authorities.get(id);
        const template = authority?.registrationConfig?.templateName;
        return authority && (input.templateName ?? template) === template ? summary(authority) : undefined;
      },
    }),

  /** Certificates that were registered under it stay as they are. */
  DeleteCACertificate: (input, account) => {
    const authority = findAuthority(account, input.certificateId);
    if (authority.status === 'ACTIVE') {
      throw iotError('CertificateStateException', 'The CA certificate is active: deactivate it first.');
    }
    account.state.authorities.delete(authority.certificateId);
    account.state.tags.delete(authority.arn);
    account.changed();
    return {};
  },
};

const findAuthority = (account: Account, id: string): Authority => find(account, 'authorities', id.toLowerCase());

/** The CN of the verification certificate is the registration code, and the CA has signed it. */
/**
 * "A CA certificate can be registered in DEFAULT mode by only one AWS account in a Region" ("Manage your CA certificates",
 * developer guide). The name of the error is not documented; of those that the operation has, this one fits.
 */
function checkAlone(account: Account, id: string): void {
  const other = account.neighbours().find(({ state }) => state.authorities.get(id)?.mode === 'DEFAULT');
  if (other) throw exists('Another account of this Region has registered the CA certificate in DEFAULT mode.', id, '');
}

function checkPossession(account: Account, pem: string, ca: ReturnType<typeof parsePem>): void {
  const verification = parsePem(pem);
  checkQuality(verification, account.clock.now());
  checkSignedBy(verification, ca);
  const code = account.state.registrationCode;
  if (code === undefined || commonName(verification) !== code) {
    throw iotError(
      'RegistrationCodeValidationException',
      'The common name of the verification certificate is not the registration code.',
    );
  }
}

const summary = (authority: Authority) => ({
  certificateArn: authority.arn,
  certificateId: authority.certificateId,
  status: authority.status,
  creationDate: authority.createdAt,
});

function checkConfig(account: Account, config: RegistrationConfig): RegistrationConfig {
  const { templateName, templateBody, roleArn } = config;
  if (templateName !== undefined) {
    if (templateBody !== undefined) {
      throw iotError('InvalidRequestException', 'A templateName and a templateBody cannot be given together.');
    }
    if (find(account, 'templates', templateName).type !== 'JITP') {
      throw iotError('InvalidRequestException', `The template ${templateName} is not of type JITP.`);
    }
  }
  if (templateBody !== undefined) {
    if (roleArn === undefined) throw iotError('InvalidRequestException', 'A templateBody needs a roleArn.');
    readTemplate(templateBody, 'JITP');
  }
  return config;
}
