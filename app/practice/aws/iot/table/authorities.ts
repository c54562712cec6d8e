/** CA certificates and the registration code: where each member travels and what it may be (service model iot/2015-05-28). */
import { body, flag, needBody, path, query, row } from '../shapes.ts';
import {
  autoRegistrationStatus,
  caCertificateStatus,
  certificateId,
  certificateMode,
  certificatePem,
  marker,
  pageSize,
  registrationConfig,
  tagList,
  templateName,
} from '../types.ts';

export const authorityTable = {
  GetRegistrationCode: row('GET /registrationcode', {}),
  DeleteRegistrationCode: row('DELETE /registrationcode', {}),
  RegisterCACertificate: row(
    'POST /cacertificate',
    {
      caCertificate: needBody(certificatePem),
      verificationCertificate: body(certificatePem),
      setAsActive: query(flag),
      allowAutoRegistration: query(flag),
      registrationConfig: body(registrationConfig),
      tags: body(tagList),
      certificateMode: body(certificateMode),
    },
    { passes: 'registrationConfig.roleArn' },
  ),
  UpdateCACertificate: row(
    'PUT /cacertificate/{caCertificateId}',
    {
      certificateId: path(certificateId, 'caCertificateId'),
      newStatus: query(caCertificateStatus),
      newAutoRegistrationStatus: query(autoRegistrationStatus),
      registrationConfig: body(registrationConfig),
      removeAutoRegistration: body(flag),
    },
    { resource: 'cacert/{certificateId}', passes: 'registrationConfig.roleArn' },
  ),
  DescribeCACertificate: row(
    'GET /cacertificate/{caCertificateId}',
    { certificateId: path(certificateId, 'caCertificateId') },
    { resource: 'cacert/{certificateId}' },
  ),
  ListCACertificates: row('GET /cacertificates', {
    pageSize: query(pageSize),
    marker: query(marker),
    ascendingOrder: query(flag, 'isAscendingOrder'),
    templateName: query(templateName),
  }),
  DeleteCACertificate: row(
    'DELETE /cacertificate/{caCertificateId}',
    { certificateId: path(certificateId, 'caCertificateId') },
    { resource: 'cacert/{certificateId}' },
  ),
};
