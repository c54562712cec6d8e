/** Calls about an account, and what each makes of AWS's answer. */
import type { Cloud } from '../../app/registration/index.ts';

export type Case = {
  act: (cloud: Cloud, signal?: AbortSignal) => Promise<unknown>;
  /** Requests in their order; with a body, it too. */
  asks: (string | [string, unknown])[];
  answers?: object[];
  gives?: unknown;
  /** What it gives where AWS does not know the thing; without it, that is an error. */
  lost?: { gives: unknown };
};

const ca = { caCertificatePem: 'ca', autoRegistration: false, mode: 'DEFAULT' } as const;

export const accountCases: Record<string, Case> = {
  'a CA with its proof is registered as active': {
    act: ({ account }, signal) => account.registerCa({ ...ca, verificationCertificatePem: 'proof' }, signal),
    asks: [
      [
        'POST /cacertificate?setAsActive=true&allowAutoRegistration=false',
        { caCertificate: 'ca', verificationCertificate: 'proof' },
      ],
    ],
  },
  'a CA of one account and Region needs no proof, and brings its template': {
    act: ({ account }, signal) => {
      const template = { templateName: 'line' };
      return account.registerCa({ ...ca, mode: 'SNI_ONLY', autoRegistration: true, template }, signal);
    },
    asks: [
      [
        'POST /cacertificate?setAsActive=true&allowAutoRegistration=true',
        { caCertificate: 'ca', certificateMode: 'SNI_ONLY', registrationConfig: { templateName: 'line' } },
      ],
    ],
  },
  'a change of state alone': {
    act: ({ account }, signal) => account.updateCa('ab', { status: 'INACTIVE' }, signal),
    asks: [['PUT /cacertificate/ab?newStatus=INACTIVE', {}]],
    gives: true,
    lost: { gives: false },
  },
  'auto-registration on, with a template': {
    act: ({ account }, signal) =>
      account.updateCa('ab', { autoRegistration: true, template: { templateName: 'line' } }, signal),
    asks: [
      ['PUT /cacertificate/ab?newAutoRegistrationStatus=ENABLE', { registrationConfig: { templateName: 'line' } }],
    ],
    gives: true,
    lost: { gives: false },
  },
  'auto-registration off, and the template away': {
    act: ({ account }, signal) => account.updateCa('ab', { autoRegistration: false, template: null }, signal),
    asks: [['PUT /cacertificate/ab?newAutoRegistrationStatus=DISABLE', { removeAutoRegistration: true }]],
    gives: true,
    lost: { gives: false },
  },
  'a CA is deleted': {
    act: ({ account }, signal) => account.deleteCa('ab', signal),
    asks: ['DELETE /cacertificate/ab'],
    gives: true,
    lost: { gives: false },
  },
  'a certificate gets a state': {
    act: ({ account }, signal) => account.setCertificate('ab', 'REVOKED', signal),
    asks: ['PUT /certificates/ab?newStatus=REVOKED'],
    gives: true,
    lost: { gives: false },
  },
  'a CA with all that AWS says': {
    act: ({ account }, signal) => account.describeCa('ab', signal),
    asks: ['GET /cacertificate/ab'],
    answers: [
      {
        certificateDescription: { status: 'INACTIVE', certificateMode: 'SNI_ONLY', autoRegistrationStatus: 'ENABLE' },
        registrationConfig: { templateName: 'line' },
      },
    ],
    gives: { status: 'INACTIVE', mode: 'SNI_ONLY', autoRegistration: true, template: 'line' },
    lost: { gives: undefined },
  },
  'a CA of which AWS says the least': {
    act: ({ account }, signal) => account.describeCa('ab', signal),
    asks: ['GET /cacertificate/ab'],
    answers: [{ certificateDescription: { status: 'ACTIVE' } }],
    gives: { status: 'ACTIVE', mode: 'DEFAULT', autoRegistration: false, template: null },
    lost: { gives: undefined },
  },
  'a CA whose template has no name': {
    act: ({ account }, signal) => account.describeCa('ab', signal),
    asks: ['GET /cacertificate/ab'],
    answers: [{ certificateDescription: { status: 'ACTIVE' }, registrationConfig: { templateBody: '{}' } }],
    gives: { status: 'ACTIVE', mode: 'DEFAULT', autoRegistration: false, template: '' },
    lost: { gives: undefined },
  },
  'CAs, page by page': {
    act: ({ account }, signal) => account.listCas(signal),
    asks: ['GET /cacertificates?pageSize=250', 'GET /cacertificates?pageSize=250&marker=2'],
    answers: [{ certificates: [{ certificateId: 'a' }, { certificateId: 'b' }], nextMarker: '2' }, {}],
    gives: ['a', 'b'],
  },
  'policies, page by page': {
    act: ({ policies }, signal) => policies.list(signal),
    asks: ['GET /policies?pageSize=250', 'GET /policies?marker=2&pageSize=250'],
    answers: [{ policies: [{ policyName: 'a' }], nextMarker: '2' }, { policies: [{ policyName: 'b' }] }],
    gives: ['a', 'b'],
  },
  'a policy with its versions': {
    act: ({ policies }, signal) => policies.describe('p', signal),
    asks: ['GET /policies/p', 'GET /policies/p/version'],
    answers: [
      { policyArn: 'arn', policyDocument: '{}', defaultVersionId: '2' },
      { policyVersions: [{ versionId: '1' }, { versionId: '2', isDefaultVersion: true, createDate: 0 }] },
    ],
    gives: {
      ...{ name: 'p', arn: 'arn', document: '{}', defaultVersionId: '2' },
      versions: [
        { versionId: '1', isDefault: false, madeAt: null },
        { versionId: '2', isDefault: true, madeAt: '1970-01-01T00:00:00.000Z' },
      ],
    },
    lost: { gives: undefined },
  },
  'a policy is made': {
    act: ({ policies }, signal) => policies.create('p', '{}', signal),
    asks: [['POST /policies/p', { policyDocument: '{}' }]],
  },
  'a version of a policy becomes its default': {
    act: ({ policies }, signal) => policies.createVersion('p', '{}', signal),
    asks: [['POST /policies/p/version?setAsDefault=true', { policyDocument: '{}' }]],
    answers: [{ policyVersionId: '3' }],
    gives: '3',
  },
  'the text of a version of a policy': {
    act: ({ policies }, signal) => policies.versionText('p', '2', signal),
    asks: ['GET /policies/p/version/2'],
    answers: [{ policyDocument: '{}' }],
    gives: '{}',
    lost: { gives: undefined },
  },
  'an older version of a policy becomes its default': {
    act: ({ policies }, signal) => policies.setDefault('p', '1', signal),
    asks: ['PATCH /policies/p/version/1'],
  },
  'a version of a policy is deleted': {
    act: ({ policies }, signal) => policies.deleteVersion('p', '1', signal),
    asks: ['DELETE /policies/p/version/1'],
  },
  'templates, page by page': {
    act: ({ templates }, signal) => templates.listTemplates(signal),
    asks: ['GET /provisioning-templates?maxResults=250', 'GET /provisioning-templates?maxResults=250&nextToken=2'],
    answers: [{ templates: [{ templateName: 'a' }], nextToken: '2' }, { templates: [{}, { templateName: 'b' }] }],
    gives: ['a', 'b'],
  },
  'a template': {
    act: ({ templates }, signal) => templates.describeTemplate('t', signal),
    asks: ['GET /provisioning-templates/t'],
    answers: [{ type: 'JITP', enabled: true, defaultVersionId: 2, templateBody: '{}' }],
    gives: { type: 'JITP', enabled: true, version: 2, body: '{}' },
    lost: { gives: undefined },
  },
  'a template of which AWS says the least': {
    act: ({ templates }, signal) => templates.describeTemplate('t', signal),
    asks: ['GET /provisioning-templates/t'],
    answers: [{ defaultVersionId: 1, templateBody: '{}' }],
    gives: { type: 'FLEET_PROVISIONING', enabled: false, version: 1, body: '{}' },
    lost: { gives: undefined },
  },
  'a template is made, and is enabled': {
    act: ({ templates }, signal) =>
      templates.createTemplate({ name: 't', body: '{}', type: 'JITP', roleArn: 'role' }, signal),
    asks: [
      [
        'POST /provisioning-templates',
        { templateName: 't', templateBody: '{}', type: 'JITP', provisioningRoleArn: 'role', enabled: true },
      ],
    ],
    answers: [{ defaultVersionId: 1 }],
    gives: 1,
  },
  'a version of a template becomes its default': {
    act: ({ templates }, signal) => templates.addTemplateVersion({ name: 't', body: '{}' }, signal),
    asks: [['POST /provisioning-templates/t/versions?setAsDefault=true', { templateBody: '{}' }]],
    answers: [{ versionId: 2 }],
    gives: 2,
  },
  'versions of a template': {
    act: ({ templates }, signal) => templates.listTemplateVersions('t', signal),
    asks: ['GET /provisioning-templates/t/versions?maxResults=250'],
    answers: [{ versions: [{ versionId: 1 }, {}, { versionId: 2, isDefaultVersion: true, creationDate: 0 }] }],
    gives: [
      { version: 1, isDefault: false, madeAt: null },
      { version: 2, isDefault: true, madeAt: '1970-01-01T00:00:00.000Z' },
    ],
  },
  'a template with its hook': {
    act: ({ templates }, signal) => templates.describeTemplate('t', signal),
    asks: ['GET /provisioning-templates/t'],
    answers: [{ defaultVersionId: 1, templateBody: '{}', preProvisioningHook: { targetArn: 'arn' } }],
    gives: { type: 'FLEET_PROVISIONING', enabled: false, version: 1, body: '{}', hook: 'arn' },
    lost: { gives: undefined },
  },
  'a template is made with a hook': {
    act: ({ templates }, signal) =>
      templates.createTemplate({ name: 't', body: '{}', type: 'JITP', roleArn: 'role', hookArn: 'arn' }, signal),
    asks: [
      [
        'POST /provisioning-templates',
        {
          ...{ templateName: 't', templateBody: '{}', type: 'JITP', provisioningRoleArn: 'role', enabled: true },
          preProvisioningHook: { payloadVersion: '2020-04-01', targetArn: 'arn' },
        },
      ],
    ],
    answers: [{ defaultVersionId: 1 }],
    gives: 1,
  },
  'the text of a version of a template': {
    act: ({ templates }, signal) => templates.templateVersion({ name: 't', version: 2 }, signal),
    asks: ['GET /provisioning-templates/t/versions/2'],
    answers: [{ templateBody: '{}' }],
    gives: '{}',
    lost: { gives: undefined },
  },
  'an older version of a template becomes its default': {
    act: ({ templates }, signal) => templates.setDefaultVersion({ name: 't', version: 2 }, signal),
    asks: [['PATCH /provisioning-templates/t', { defaultVersionId: 2 }]],
  },
  'a hook is set': {
    act: ({ templates }, signal) => templates.setHook({ name: 't', hookArn: 'arn' }, signal),
    asks: [
      ['PATCH /provisioning-templates/t', { preProvisioningHook: { payloadVersion: '2020-04-01', targetArn: 'arn' } }],
    ],
  },
  'a hook is taken away': {
    act: ({ templates }, signal) => templates.setHook({ name: 't', hookArn: null }, signal),
    asks: [['PATCH /provisioning-templates/t', { removePreProvisioningHook: true }]],
  },
  'a version of a template is removed': {
    act: ({ templates }, signal) => templates.removeTemplateVersion({ name: 't', version: 1 }, signal),
    asks: ['DELETE /provisioning-templates/t/versions/1'],
  },
  'a template is removed': {
    act: ({ templates }, signal) => templates.removeTemplate('t', signal),
    asks: ['DELETE /provisioning-templates/t'],
    gives: true,
    lost: { gives: false },
  },
  'a request is certified, and the certificate is not active': {
    act: ({ issued }, signal) => issued.certify('csr', signal),
    asks: [['POST /certificates?setAsActive=false', { certificateSigningRequest: 'csr' }]],
    answers: [{ certificateId: 'ab', certificatePem: 'pem' }],
    gives: { certificateId: 'ab', certificatePem: 'pem' },
  },
  'the certificates of the account, the newest first, over all pages': {
    async act({ issued }, signal) {
      const all = [];
      for await (const one of issued.newest(signal)) all.push(one);
      return all;
    },
    asks: [
      'GET /certificates?pageSize=250&isAscendingOrder=false',
      'GET /certificates?pageSize=250&isAscendingOrder=false&marker=m',
    ],
    answers: [
      { certificates: [{ certificateId: 'cd', creationDate: 1_700_000_001 }], nextMarker: 'm' },
      { certificates: [{ certificateId: 'ab', creationDate: 1_700_000_000 }] },
    ],
    gives: [
      { certificateId: 'cd', createdAt: new Date(1_700_000_001_000) },
      { certificateId: 'ab', createdAt: new Date(1_700_000_000_000) },
    ],
  },
  'the text of a certificate': {
    act: ({ issued }, signal) => issued.pemOf('ab', signal),
    asks: ['GET /certificates/ab'],
    answers: [{ certificateDescription: { certificatePem: 'pem' } }],
    gives: 'pem',
    lost: { gives: undefined },
  },
};
