import { randomBytes, randomUUID } from 'node:crypto';
import { type Account, type Authority, iotArn, nowSeconds, type RegistrationConfig } from '../account.ts';
import { iotError } from '../errors.ts';
import { page } from './pages.ts';
import {
  body,
  certificateId,
  flag,
  label,
  marker,
  needBody,
  oneOf,
  operation,
  pageSize,
  pem,
  query,
  roleArn,
  structure,
  templateBody,
  text,
} from './shapes.ts';
import { readTemplate } from './template.ts';
import { checkQuality, checkSignedBy, commonName, idOf, invalid, parsePem, validity } from './x509.ts';

const registrationConfig = structure({ templateBody, roleArn, templateName: text(1, 36, /^[0-9A-Za-z_-]+$/) });
const maxWithOneSubject = 10;

export const authorityOperations = {
  GetRegistrationCode: operation('GET', '/registrationcode', {}, (_input, account) => {
    account.state.registrationCode ??= randomBytes(32).toString('hex');
    account.changed();
    return { registrationCode: account.state.registrationCode };
  }),

  DeleteRegistrationCode: operation('DELETE', '/registrationcode', {}, (_input, account) => {
    if (account.state.registrationCode === undefined) {
      throw iotError('ResourceNotFoundException', 'There is no registration code.');
    }
    delete account.state.registrationCode;
    account.changed();
    return {};
  }),

  RegisterCACertificate: operation(
    'POST',
    '/cacertificate',
    {
      caCertificate: needBody(pem),
      verificationCertificate: body(pem),
      setAsActive: query(flag),
      allowAutoRegistration: query(flag),
      registrationConfig: body(registrationConfig),
      certificateMode: body(oneOf('DEFAULT', 'SNI_ONLY')),
    },
    (input, account) => {
      const ca = parsePem(input.caCertificate);
      checkQuality(ca, account.clock.now());
      if (!ca.ca) throw invalid('The CA certificate does not have the basicConstraints extension as true.');
      const mode = input.certificateMode ?? 'DEFAULT';
      if ((mode === 'DEFAULT') !== (input.verificationCertificate !== undefined)) {
        const must = mode === 'DEFAULT' ? 'must not be empty' : 'must be empty';
        throw iotError('InvalidRequestException', `The verificationCertificate ${must} in ${mode} mode.`);
      }
      if (input.verificationCertificate !== undefined) {
        const verification = parsePem(input.verificationCertificate);
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
      const id = idOf(ca);
      const known = account.state.authorities.get(id);
      if (known) {
        throw iotError('ResourceAlreadyExistsException', 'The CA certificate is already registered.', {
          resourceId: id,
          resourceArn: known.arn,
        });
      }
      const namesakes = [...account.state.authorities.values()].filter((other) => other.subject === ca.subject);
      if (namesakes.length >= maxWithOneSubject) {
        throw iotError('LimitExceededException', 'Ten CA certificates with this subject are registered already.');
      }
      const config = input.registrationConfig && checkConfig(input.registrationConfig);
      const now = nowSeconds(account);
      const authority: Authority = {
        certificateId: id,
        arn: iotArn(account, `cacert/${id}`),
        pem: input.caCertificate,
        subject: ca.subject,
        status: input.setAsActive ? 'ACTIVE' : 'INACTIVE',
        autoRegistration: input.allowAutoRegistration ? 'ENABLE' : 'DISABLE',
        mode,
        ...(config && { registrationConfig: config }),
        createdAt: now,
        modifiedAt: now,
        version: 1,
        generationId: randomUUID(),
      };
      account.state.authorities.set(id, authority);
      account.changed();
      return { certificateArn: authority.arn, certificateId: id };
    },
  ),

  UpdateCACertificate: operation(
    'PUT',
    '/cacertificate/{caCertificateId}',
    {
      certificateId: label(certificateId, 'caCertificateId'),
      newStatus: query(oneOf('ACTIVE', 'INACTIVE')),
      newAutoRegistrationStatus: query(oneOf('ENABLE', 'DISABLE')),
      registrationConfig: body(registrationConfig),
      removeAutoRegistration: body(flag),
    },
    (input, account) => {
      const authority = findAuthority(account, input.certificateId);
      const config = input.registrationConfig && checkConfig(input.registrationConfig);
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
  ),

  DescribeCACertificate: operation(
    'GET',
    '/cacertificate/{caCertificateId}',
    { certificateId: label(certificateId, 'caCertificateId') },
    (input, account) => {
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
  ),

  ListCACertificates: operation(
    'GET',
    '/cacertificates',
    { pageSize: query(pageSize), marker: query(marker), ascendingOrder: query(flag, 'isAscendingOrder') },
    (input, account) => {
      const all = [...account.state.authorities.values()].map(summary);
      const { items, next } = page(input.ascendingOrder ? all : all.reverse(), input.marker, input.pageSize);
      return { certificates: items, nextMarker: next };
    },
  ),

  DeleteCACertificate: operation(
    'DELETE',
    '/cacertificate/{caCertificateId}',
    { certificateId: label(certificateId, 'caCertificateId') },
    (input, account) => {
      const authority = findAuthority(account, input.certificateId);
      if (authority.status === 'ACTIVE') {
        throw iotError('CertificateStateException', 'The CA certificate is active: deactivate it first.');
      }
      account.state.authorities.delete(authority.certificateId);
      account.changed();
      return {};
    },
  ),
};

export function findAuthority(account: Account, id: string): Authority {
  const authority = account.state.authorities.get(id.toLowerCase());
  if (!authority) throw iotError('ResourceNotFoundException', 'The CA certificate does not exist.');
  return authority;
}

const summary = (authority: Authority) => ({
  certificateArn: authority.arn,
  certificateId: authority.certificateId,
  status: authority.status,
  creationDate: authority.createdAt,
});

function checkConfig(config: RegistrationConfig & { templateName?: string }): RegistrationConfig {
  if (config.templateName !== undefined) {
    throw iotError('ResourceNotFoundException', 'There is no provisioning template of this name.');
  }
  if (config.templateBody !== undefined) {
    if (config.roleArn === undefined) throw iotError('InvalidRequestException', 'A templateBody needs a roleArn.');
    readTemplate(config.templateBody);
  }
  return config;
}
