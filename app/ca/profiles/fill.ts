/** From a profile's templates and the unit's fields to the values in its certificate. */
import { StationError } from '../../contract/errors.ts';
import type { AltNameRule } from '../../contract/profile.ts';
import { type Said, saidData, sentence } from '../../contract/sentences.ts';
import { type AltName, altNameSaid } from '../x509/altname.ts';
import { hardwareTypeOf } from '../x509/hardwaremodule.ts';
import { type NameAttribute, valueSaid } from '../x509/name.ts';
import type { Profile, SubjectSource } from './profile.ts';

export type Fields = Partial<Record<SubjectSource, string | undefined>>;

/**
 * The subject's attributes in encoding order.
 * @throws `unit.badSerial`, `call.badParams`
 */
export const subjectOf = (profile: Profile, fields: Fields): [NameAttribute, string][] =>
  profile.subject.map(({ attribute, value: template }) => {
    const value = fill(template, fields, profile.name);
    refuse(template, valueSaid(attribute, value));
    return [attribute, value];
  });

/** @throws `unit.badSerial` or `call.badParams` */
export const altNamesOf = (profile: Profile, fields: Fields): AltName[] =>
  profile.subjectAltNames.map((rule) => {
    const name = altNameOf(rule, fields, profile.name);
    refuse(rule.type === 'hardwareModuleName' ? rule.hardwareSerial : rule.value, altNameSaid(name));
    return name;
  });

function altNameOf(rule: AltNameRule, fields: Fields, profile: string): AltName {
  if (rule.type !== 'hardwareModuleName') return { ...rule, value: fill(rule.value, fields, profile) };
  const { hardwareType } = rule;
  const hwType =
    hardwareType === 'fromModel'
      ? hardwareTypeOf(fill('{organisation}', fields, profile), fill('{model}', fields, profile))
      : hardwareType;
  return { type: rule.type, hwType, hwSerial: Buffer.from(fill(rule.hardwareSerial, fields, profile), 'utf8') };
}

/** An unknown field is an error, not an empty text. */
const fill = (template: string, fields: Fields, profile: string): string =>
  template.replace(/\{(\w+)\}/g, (_, field: SubjectSource) => {
    const value = fields[field];
    if (value === undefined || value === '') throw refusal(template, sentence('fieldNotKnown', { profile, field }));
    return value;
  });

function refuse(template: string, problem: Said | undefined): void {
  if (problem !== undefined) throw refusal(template, problem);
}

const refusal = (template: string, problem: Said): StationError =>
  new StationError(template.includes('{unitSerial}') ? 'unit.badSerial' : 'call.badParams', problem.message, {
    data: saidData(problem),
  });
