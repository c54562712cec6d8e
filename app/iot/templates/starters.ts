/** Templates to begin with, each with values to try it with. */
import type { TemplateStarter } from '../../contract/templates.ts';
import { bulkTemplate } from './bulktemplate.ts';
import { ownId } from './kinds.ts';

const string = { Type: 'String' };
const id = 'f0e1d2c3b4a5968778695a4b3c2d1e0f'.repeat(2);
const fromSubject = (name: string) => `AWS::IoT::Certificate::${name}`;

const certificate = {
  Type: 'AWS::IoT::Certificate',
  Properties: { CertificateId: { Ref: ownId }, Status: 'ACTIVE' },
};
const policy = { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'DevicePolicy' } };
const overrides = { AttributePayload: 'MERGE', ThingTypeName: 'REPLACE', ThingGroups: 'DO_NOTHING' };

const thing = (ThingName: object, AttributePayload: object) => ({
  Type: 'AWS::IoT::Thing',
  Properties: { ThingName, AttributePayload, ThingGroups: [] },
  OverrideSettings: overrides,
});
const pretty = (template: unknown): string => `${JSON.stringify(template, null, 2)}\n`;

const ofUnit = {
  ThingName: 'SN-000123',
  SerialNumber: 'SN-000123',
  CertificatePem: '-----BEGIN CERTIFICATE-----',
  CACertificatePem: '-----BEGIN CERTIFICATE-----',
};

const registerThing = {
  Parameters: { ThingName: string, SerialNumber: string, CertificatePem: string, CACertificatePem: string },
  Resources: {
    thing: thing({ Ref: 'ThingName' }, { serialNumber: { Ref: 'SerialNumber' } }),
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: {
        CertificatePem: { Ref: 'CertificatePem' },
        CACertificatePem: { Ref: 'CACertificatePem' },
        Status: 'ACTIVE',
      },
      OverrideSettings: { Status: 'DO_NOTHING' },
    },
    policy,
  },
};

/** Every declared parameter must be in the subject of each certificate. */
const jitp = {
  Parameters: {
    [fromSubject('CommonName')]: string,
    [fromSubject('SerialNumber')]: string,
    [fromSubject('Id')]: string,
  },
  Resources: {
    thing: thing({ Ref: fromSubject('CommonName') }, { serialNumber: { Ref: fromSubject('SerialNumber') } }),
    certificate,
    policy,
  },
};

/** The device sends SerialNumber and Model with its claim. */
const claim = {
  Parameters: { SerialNumber: string, Model: { Type: 'String', Default: 'standard' }, [ownId]: string },
  Mappings: { Sites: { standard: { Site: 'main' } } },
  Resources: {
    thing: thing({ 'Fn::Join': ['', ['device-', { Ref: 'SerialNumber' }]] }, { model: { Ref: 'Model' } }),
    certificate,
    policy,
  },
  DeviceConfiguration: { site: { 'Fn::FindInMap': ['Sites', { Ref: 'Model' }, 'Site'] } },
};

const trustedUser = {
  Parameters: { SerialNumber: string, Location: string, [ownId]: string },
  Resources: {
    thing: thing({ Ref: 'SerialNumber' }, { location: { Ref: 'Location' } }),
    certificate,
    policy,
  },
};

export const templateStarters = (): TemplateStarter[] => [
  {
    name: 'bulk',
    form: 'bulk',
    text: pretty(JSON.parse(bulkTemplate({ policyNames: ['DevicePolicy'] }))),
    parameters: ofUnit,
  },
  { name: 'registerThing', form: 'bulk', text: pretty(registerThing), parameters: ofUnit },
  {
    name: 'jitp',
    form: 'jitp',
    text: pretty(jitp),
    parameters: {
      [fromSubject('CommonName')]: 'SN-000123',
      [fromSubject('SerialNumber')]: 'SN-000123',
      [ownId]: id,
    },
  },
  { name: 'claim', form: 'fleet', text: pretty(claim), parameters: { SerialNumber: '000123', [ownId]: id } },
  {
    name: 'trustedUser',
    form: 'fleet',
    text: pretty(trustedUser),
    parameters: { SerialNumber: 'SN-000123', Location: 'Hamburg', [ownId]: id },
  },
];
