/** Device certificates: where each member travels and what it may be (service model iot/2015-05-28). */
import { body, flag, needBody, needQuery, path, query, row } from '../shapes.ts';
import {
  certificateId,
  certificatePem,
  certificateSigningRequest,
  certificateStatus,
  marker,
  pageSize,
} from '../types.ts';

export const certificateTable = {
  RegisterCertificate: row('POST /certificate/register', {
    certificatePem: needBody(certificatePem),
    caCertificatePem: body(certificatePem),
    setAsActive: query(flag),
    status: body(certificateStatus),
  }),
  RegisterCertificateWithoutCA: row('POST /certificate/register-no-ca', {
    certificatePem: needBody(certificatePem),
    status: body(certificateStatus),
  }),
  CreateCertificateFromCsr: row(
    'POST /certificates',
    { certificateSigningRequest: needBody(certificateSigningRequest), setAsActive: query(flag) },
    { rate: 15 },
  ),
  CreateKeysAndCertificate: row('POST /keys-and-certificate', { setAsActive: query(flag) }),
  UpdateCertificate: row(
    'PUT /certificates/{certificateId}',
    { certificateId: path(certificateId), newStatus: needQuery(certificateStatus) },
    { resource: 'cert/{certificateId}' },
  ),
  DescribeCertificate: row(
    'GET /certificates/{certificateId}',
    { certificateId: path(certificateId) },
    { resource: 'cert/{certificateId}' },
  ),
  ListCertificates: row('GET /certificates', {
    pageSize: query(pageSize),
    marker: query(marker),
    ascendingOrder: query(flag, 'isAscendingOrder'),
  }),
  ListCertificatesByCA: row('GET /certificates-by-ca/{caCertificateId}', {
    caCertificateId: path(certificateId),
    pageSize: query(pageSize),
    marker: query(marker),
    ascendingOrder: query(flag, 'isAscendingOrder'),
  }),
  DeleteCertificate: row(
    'DELETE /certificates/{certificateId}',
    { certificateId: path(certificateId), forceDelete: query(flag) },
    { resource: 'cert/{certificateId}' },
  ),
};
