/** Checks an engineer's own profile: the schema checks its form, and the certificate rules check its texts. */
import { StationError } from '../../contract/errors.ts';
import { issueSaid } from '../../contract/issues.ts';
import { profileFile } from '../../contract/profile.ts';
import type { ProfileProblem } from '../../contract/profileview.ts';
import { saidBy, sentence } from '../../contract/sentences.ts';
import { altNamesOf, type Fields, subjectOf } from './fill.ts';
import { type Profile, profiles } from './profile.ts';

export type CheckedProfile = { ok: true; profile: Profile } | { ok: false; problems: ProfileProblem[] };

/** A typical unit, used to fill the templates. */
const sample: Fields = {
  unitSerial: 'SN-1',
  organisation: 'Organisation',
  model: 'M-1',
  hardwareId: '0123456789abcdef',
};

/** Takes any JSON value. Pure; never throws. */
export function checkProfile(value: unknown): CheckedProfile {
  const parsed = profileFile.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({ path: pathOf(issue.path), ...issueSaid(issue) }));
    return { ok: false, problems };
  }
  const profile: Profile = { ...parsed.data, purpose: 'device' };
  const problems = [...nameProblems(profile), ...textProblems(profile)];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, profile };
}

const nameProblems = ({ name }: Profile): ProfileProblem[] =>
  Object.hasOwn(profiles, name) ? [{ path: 'name', ...sentence('ofProduct', { name }) }] : [];

/** Each template is checked by itself, so that every mistake is reported at once. */
function textProblems(profile: Profile): ProfileProblem[] {
  const subject = profile.subject.flatMap((part, i) =>
    problemOf(`subject[${i}].value`, () => subjectOf({ ...profile, subject: [part] }, sample)),
  );
  const names = profile.subjectAltNames.flatMap((name, i) => {
    const field = name.type === 'hardwareModuleName' ? 'hardwareSerial' : 'value';
    return problemOf(`subjectAltNames[${i}].${field}`, () =>
      altNamesOf({ ...profile, subjectAltNames: [name] }, sample),
    );
  });
  return [...subject, ...names];
}

function problemOf(path: string, build: () => unknown): ProfileProblem[] {
  try {
    build();
    return [];
  } catch (error) {
    if (!(error instanceof StationError)) throw error;
    return [{ path, ...saidBy(error) }];
  }
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`)).join('');
