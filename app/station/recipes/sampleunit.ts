/** A unit that stands for all units of a recipe, so that names and topics can be tried before the first one is made. */
import { StationError } from '../../contract/errors.ts';
import type { RecipeFile } from '../../contract/model.ts';
import type { ProfileSet } from './profiles.ts';

const fields = { unitSerial: 'SN-000123', hardwareId: '0123456789ab', organisation: 'Organisation' } as const;

export type SampleUnit = {
  thingName: string;
  topics: { publish: string[]; subscribe: string[] };
  /** Attributes of its subject as profiles name them, in their order, with their values. */
  subject: { attribute: string; value: string }[];
};

/** `subject` is empty for a profile with mistakes, which are told apart. */
export function sampleUnit(recipe: RecipeFile, profiles: ProfileSet): SampleUnit {
  const unit: Record<string, string> = { ...fields, model: recipe.model === '*' ? 'MODEL' : recipe.model };
  const filled = (text: string, more: Record<string, string> = {}) =>
    text.replace(/\{([^{}]*)\}/g, (whole, name: string) => more[name] ?? unit[name] ?? whole);
  const thingName = filled(recipe.config.thingName);
  const topics = (list: readonly string[] = []) => list.map((topic) => filled(topic, { thingName }));
  const { publish, subscribe } = recipe.config.topics ?? {};
  return {
    thingName,
    topics: { publish: topics(publish), subscribe: topics(subscribe) },
    subject: (subjectOf(recipe.profile, profiles) ?? []).map(({ attribute, value }) => ({
      attribute,
      value: filled(value),
    })),
  };
}

/** The subject of a profile; undefined for a profile with mistakes, or none of this name. */
export function subjectOf(name: string, profiles: ProfileSet) {
  try {
    return profiles.named(name).subject;
  } catch (thrown) {
    if (thrown instanceof StationError) return undefined;
    throw thrown;
  }
}

/** As policy variables name them: JITP says `StateName`, policies say `State`. */
const policyNames: Readonly<Record<string, string>> = {
  countryName: 'Country',
  organizationName: 'Organization',
  organizationalUnitName: 'OrganizationalUnit',
  dnQualifier: 'DistinguishedNameQualifier',
  stateOrProvinceName: 'State',
  commonName: 'CommonName',
  serialNumber: 'SerialNumber',
};

/** Of several values of an attribute the first one counts, in templates and in policies. */
function firstOf(subject: SampleUnit['subject'], nameOf: (attribute: string) => string | undefined) {
  const found: Record<string, string> = {};
  for (const { attribute, value } of subject) {
    const name = nameOf(attribute);
    if (name !== undefined && !(name in found)) found[name] = value;
  }
  return found;
}

/** The subject as policy variables name it: `iot:Certificate.Subject.` and these names. */
export const policySubject = ({ subject }: SampleUnit): Record<string, string> =>
  firstOf(subject, (attribute) => policyNames[attribute]);

/** The parameters of just-in-time provisioning that the subject gives: name → value ("Just-in-time provisioning", AWS IoT developer guide). */
export const jitpParameters = ({ subject }: SampleUnit): Record<string, string> =>
  firstOf(subject, (attribute) => {
    const name = policyNames[attribute];
    return name && `AWS::IoT::Certificate::${name === 'State' ? 'StateName' : name}`;
  });
