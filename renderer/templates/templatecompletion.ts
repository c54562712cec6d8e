/** What may stand at a place of a provisioning template, for the editor. */
import type { CompletionPlace, Suggestion } from '../jsontext/jsoncompletion.ts';

const listed = (...labels: string[]): Suggestion[] => labels.map((label) => ({ label }));

const types = listed('AWS::IoT::Thing', 'AWS::IoT::Certificate', 'AWS::IoT::Policy');
const propertiesOf: Readonly<Record<string, Suggestion[]>> = {
  'AWS::IoT::Thing': listed(
    ...['ThingName', 'AttributePayload', 'ThingTypeName', 'ThingGroups', 'BillingGroup', 'PackageVersions'],
  ),
  'AWS::IoT::Certificate': listed(
    ...['CertificateId', 'CertificatePem', 'CACertificatePem', 'CertificateSigningRequest', 'Status'],
    'ThingPrincipalType',
  ),
  'AWS::IoT::Policy': listed('PolicyName', 'PolicyDocument'),
};
const overridesOf: Readonly<Record<string, Suggestion[]>> = {
  'AWS::IoT::Thing': listed('AttributePayload', 'ThingTypeName', 'ThingGroups'),
  'AWS::IoT::Certificate': listed('Status'),
};
const subjectParameters = listed(
  ...[
    ...['Country', 'Organization', 'OrganizationalUnit', 'DistinguishedNameQualifier'],
    ...['StateName', 'CommonName', 'SerialNumber', 'Id'],
  ].map((name) => `AWS::IoT::Certificate::${name}`),
);
const valuesOf: Readonly<Record<string, Suggestion[]>> = {
  Status: listed('ACTIVE', 'INACTIVE'),
  ThingPrincipalType: listed('EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING'),
};
const computed: Suggestion[] = [
  { label: 'Ref', detail: 'a parameter' },
  ...listed('Fn::Join', 'Fn::Select', 'Fn::Split', 'Fn::FindInMap', 'Fn::Sub'),
];

/** The names of the declared parameters, also of a text that is not JSON yet. */
function declaredIn(text: string): Suggestion[] {
  const names = [...text.matchAll(/"([^"\\]+)"\s*:\s*\{\s*"Type"\s*:\s*"String"/g)].map(([, name = '']) => name);
  return listed(...new Set(names));
}

/** The type of a resource, also while the text is not JSON. */
function typeOf(logical: string, text: string): string {
  const from = text.indexOf(`${JSON.stringify(logical)}:`);
  return /"Type"\s*:\s*"(AWS::IoT::\w+)"/.exec(text.slice(Math.max(0, from)))?.[1] ?? '';
}

export function completeTemplate({ path, kind }: CompletionPlace, text: string): readonly Suggestion[] {
  const [section, name, part, member] = path;
  if (kind === 'name') {
    if (path.length === 0) return listed('Parameters', 'Resources', 'Mappings', 'DeviceConfiguration');
    if (section === 'Parameters') return path.length === 1 ? subjectParameters : listed('Type', 'Default');
    if (section !== 'Resources') return path.length > 1 ? computed : [];
    if (path.length === 2) return listed('Type', 'Properties', 'OverrideSettings');
    const type = typeOf(String(name), text);
    if (path.length === 3 && part === 'Properties') return propertiesOf[type] ?? [];
    if (path.length === 3 && part === 'OverrideSettings') return overridesOf[type] ?? [];
    return path.length > 3 ? computed : [];
  }
  if (path.at(-1) === 'Ref') return [...declaredIn(text), ...listed('AWS::IoT::Certificate::Id')];
  if (section === 'Parameters') return part === 'Type' ? listed('String') : [];
  if (section !== 'Resources') return [];
  if (part === 'Type') return types;
  if (part === 'OverrideSettings') return listed('DO_NOTHING', 'REPLACE', 'FAIL', 'MERGE');
  return (typeof member === 'string' && valuesOf[member]) || [{ label: '{ "Ref": … }', json: '{ "Ref": "" }' }];
}
