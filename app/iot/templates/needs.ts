/** What a template needs, and whether a station supplies it. */
import type { CheckFinding } from '../../contract/findings.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import type { TemplateKind, TemplateNeed } from '../../contract/templates.ts';
import { pointerPart } from '../positions.ts';
import { defaultsOf, namesInSub } from './evaluate.ts';
import { entriesOf, type Json, membersOf, own, refOf } from './json.ts';
import { ownId, sources } from './kinds.ts';
import { openTemplate } from './text.ts';

/** The parameters of a template, declared or only referred to. Empty for a text that is no template. */
export function templateNeeds(text: string): TemplateNeed[] {
  const template = membersOf(openTemplate(text).body.json.value as Json | undefined);
  if (!template) return [];
  const defaults = new Map(defaultsOf(template));
  const uses = new Map<string, string[]>(entriesOf(template.Parameters).map(([name]) => [name, []]));
  const look = (value: Json, path: string): void => {
    const ref = refOf(value);
    const names = ref === undefined ? namesInSub(own(value, 'Fn::Sub') ?? null) : [ref];
    for (const name of names) uses.set(name, [...(uses.get(name) ?? []), path]);
    if (ref !== undefined) return;
    if (Array.isArray(value)) for (const [index, item] of value.entries()) look(item, `${path}/${index}`);
    else for (const [name, item] of entriesOf(value)) look(item, `${path}/${pointerPart(name)}`);
  };
  for (const section of ['Resources', 'DeviceConfiguration']) look(template[section] ?? null, `/${section}`);
  return [...uses].map(([name, usedBy]) => {
    const fallback = defaults.get(name);
    return { name, usedBy, ...(fallback !== undefined && { fallback }) };
  });
}

/** What stands behind the parameters of a unit. */
export type Supply = {
  kind: TemplateKind;
  /** The attributes of the subject of its certificate, as profiles name them, with their texts. */
  subject: readonly { attribute: string; value: string }[];
};

/** The parameters of each line of the station's batch files. */
const ofBatchLines = ['ThingName', 'SerialNumber', 'CertificatePem', 'CACertificatePem'];

/** Attributes of a subject that just-in-time provisioning extracts, as profiles name them. */
const extracted: Readonly<Record<string, string>> = {
  countryName: 'Country',
  organizationName: 'Organization',
  organizationalUnitName: 'OrganizationalUnit',
  dnQualifier: 'DistinguishedNameQualifier',
  stateOrProvinceName: 'StateName',
  commonName: 'CommonName',
  serialNumber: 'SerialNumber',
};

/** Parameters that no unit would have a value for. A fleet's come from the device, so they are not judged. */
export function notSupplied(text: string, { kind, subject }: Supply): CheckFinding[] {
  if (kind === 'fleet') return [];
  const ofSubject = subject.flatMap(({ attribute }) => extracted[attribute] ?? []);
  const supplied =
    kind === 'bulk' ? ofBatchLines : [...ofSubject.map((name) => `AWS::IoT::Certificate::${name}`), ownId];
  const named = supplied.filter((one) => one !== ownId).join(', ');
  const lack = (name: string): Said => {
    if (kind === 'bulk') return sentence('lineLacks', { name, supplied: named });
    return named === '' ? sentence('subjectLacksAll', { name }) : sentence('subjectLacks', { name, supplied: named });
  };
  return templateNeeds(text)
    .filter(({ name, fallback, usedBy }) => {
      const wanted = kind === 'jitp' || usedBy.length > 0;
      return wanted && fallback === undefined && !supplied.includes(name);
    })
    .map(({ name, usedBy }) => ({
      path: usedBy[0] ?? `/Parameters/${pointerPart(name)}`,
      ...lack(name),
      source: kind === 'jitp' ? sources.jitp : sources.templates,
    }));
}
