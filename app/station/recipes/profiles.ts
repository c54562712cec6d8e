/** The profiles that a station may use: of the product, of its plant, and the engineer's own in `profiles/` of its folder. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkProfile, type Profile, profiles } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { ProfileProblem } from '../../contract/profileview.ts';
import { saidData, sentence } from '../../contract/sentences.ts';
import { hands } from '../../files/index.ts';
import { paths, writeWhole } from '../folder/folder.ts';

export type ListedProfile = {
  name: string;
  from: 'product' | 'plant' | 'file';
  /** Mistakes that keep a file from being used. Empty for a usable file. */
  problems: ProfileProblem[];
  /** The text of its file; for the product's own profiles, their JSON. */
  text: string;
};

export type ProfileSet = {
  list: () => ListedProfile[];
  /** @throws `policy.profileUnknown`; `policy.profileInvalid` – with the first mistake of its file */
  named: (name: string) => Profile;
  /** Stores a checked profile's text under its name and replaces an earlier one. @throws `plant.owned` */
  save: (name: string, text: string) => Promise<void>;
  /** @throws `policy.profileUnknown` – when it is not the engineer's own; `plant.owned` */
  remove: (name: string) => Promise<void>;
  /** These are the plant's from now on. Each comes before a file of its name. */
  follow: (plants: readonly PlantText[]) => void;
};

type PlantText = { name: string; text: string };
type Loaded = { name: string; text: string; profile?: Profile; problems: ProfileProblem[] };

/** Device profiles only: certificates for other purposes are issued in other ways. */
const product = Object.values(profiles).filter(({ purpose }) => purpose === 'device');

/** Never rejects: a file with mistakes does not keep the station from opening, only from issuing with it. */
export async function readProfiles(dir: string, ofPlant: readonly PlantText[]): Promise<ProfileSet> {
  const folder = paths(dir).profiles;
  const files = await readdir(folder).catch((): string[] => []);
  const names = files.filter((file) => file.endsWith('.json')).sort();
  let loaded = await Promise.all(names.map((file) => load(join(folder, file), file.slice(0, -'.json'.length))));
  let plants = ofPlant.map(({ name, text }) => read(name, text));
  const assertMine = (name: string) => {
    if (plants.some((one) => one.name === name))
      throw new StationError('plant.owned', `${name} comes from the plant, and is changed there`, { data: { name } });
  };
  const ownFiles = () => loaded.filter(({ name }) => !plants.some((one) => one.name === name));
  return {
    list: () => [
      ...product.map(
        ({ purpose: _, ...profile }): ListedProfile => ({
          name: profile.name,
          from: 'product',
          problems: [],
          text: `${JSON.stringify(profile, null, 2)}\n`,
        }),
      ),
      ...plants.map(({ name, problems, text }): ListedProfile => ({ name, from: 'plant', problems, text })),
      ...ownFiles().map(({ name, problems, text }): ListedProfile => ({ name, from: 'file', problems, text })),
    ],
    follow(now) {
      plants = now.map(({ name, text }) => read(name, text));
    },
    async save(name, text) {
      assertMine(name);
      const file = join(folder, `${name}.json`);
      await writeWhole(file, text);
      const now = await load(file, name);
      loaded = [...loaded.filter((one) => one.name !== name), now].sort((one, other) =>
        one.name < other.name ? -1 : 1,
      );
    },
    async remove(name) {
      assertMine(name);
      if (!loaded.some((one) => one.name === name))
        throw new StationError('policy.profileUnknown', `there is no profile ${name} of your own`);
      await hands.remove(join(folder, `${name}.json`));
      loaded = loaded.filter((one) => one.name !== name);
    },
    named(name) {
      const known = product.find((one) => one.name === name);
      if (known) return known;
      const file = [...plants, ...loaded].find((one) => one.name === name);
      if (file === undefined) throw unknown(name);
      if (file.profile === undefined) throw invalid(file);
      return file.profile;
    },
  };
}

async function load(file: string, name: string): Promise<Loaded> {
  return read(name, await readFile(file, 'utf8').catch(() => ''));
}

function read(name: string, text: string): Loaded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { name, text, problems: [{ path: '', ...sentence('notReadable') }] };
  }
  const checked = checkProfile(value);
  if (!checked.ok) return { name, text, problems: checked.problems };
  if (checked.profile.name === name) return { name, text, profile: checked.profile, problems: [] };
  return { name, text, problems: [{ path: 'name', ...sentence('otherFileName', { name }) }] };
}

function unknown(profile: string): StationError {
  const said = sentence('noProfile', { profile });
  return new StationError('policy.profileUnknown', said.message, { data: saidData(said) });
}

function invalid({ name, problems }: Loaded): StationError {
  const [{ path, ...what } = { path: '', ...sentence('notReadable') }] = problems;
  const said =
    path === ''
      ? sentence('ofProfileWhole', { profile: name, what })
      : sentence('ofProfile', { profile: name, path, what });
  return new StationError('policy.profileInvalid', said.message, {
    data: { profile: name, path, problems: problems.length, ...saidData(said) },
  });
}
