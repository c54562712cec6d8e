/** The profiles a station may issue with: those of the product, and the engineer's own in `profiles/` of its folder. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkProfile, type Profile, type ProfileProblem, profiles } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';

export type ListedProfile = {
  name: string;
  from: 'product' | 'file';
  /** What keeps a file from being used; empty where it is usable. */
  problems: ProfileProblem[];
};

export type ProfileSet = {
  list: () => ListedProfile[];
  /** Throws `policy.profileUnknown`, or `policy.profileInvalid` with the first mistake of its file. */
  named: (name: string) => Profile;
};

type Loaded = { name: string; profile?: Profile; problems: ProfileProblem[] };

/** Device profiles only: the other purposes have their own ways to be issued. */
const product = Object.values(profiles).filter(({ purpose }) => purpose === 'device');

/** Never rejects: a file with mistakes keeps nobody from opening the station, only from issuing with it. */
export async function readProfiles(dir: string): Promise<ProfileSet> {
  const folder = join(dir, 'profiles');
  const files = await readdir(folder).catch((): string[] => []);
  const names = files.filter((file) => file.endsWith('.json')).sort();
  const loaded = await Promise.all(names.map((file) => load(join(folder, file), file.slice(0, -'.json'.length))));
  return {
    list: () => [
      ...product.map(({ name }): ListedProfile => ({ name, from: 'product', problems: [] })),
      ...loaded.map(({ name, problems }): ListedProfile => ({ name, from: 'file', problems })),
    ],
    named(name) {
      const known = product.find((one) => one.name === name);
      if (known) return known;
      const file = loaded.find((one) => one.name === name);
      if (file === undefined) throw new StationError('policy.profileUnknown', `there is no profile ${name}`);
      if (file.profile === undefined) throw invalid(file);
      return file.profile;
    },
  };
}

async function load(file: string, name: string): Promise<Loaded> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return { name, problems: [{ path: '', message: 'cannot be read as JSON' }] };
  }
  const checked = checkProfile(value);
  if (!checked.ok) return { name, problems: checked.problems };
  if (checked.profile.name === name) return { name, profile: checked.profile, problems: [] };
  return { name, problems: [{ path: 'name', message: `must be ${name}, as the file is called` }] };
}

function invalid({ name, problems }: Loaded): StationError {
  const [first = { path: '', message: '' }] = problems;
  return new StationError(
    'policy.profileInvalid',
    `profile ${name}: ${[first.path, first.message].filter(Boolean).join(': ')}`,
    {
      data: { profile: name, path: first.path, problems: problems.length },
    },
  );
}
