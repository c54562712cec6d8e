/** The packages in a packed program: those in its bundles, those in its archive, and the two runtimes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Shipped = {
  name: string;
  version: string;
  /** Folder of the package in the checkout. */
  folder: string;
  /** Its form in the program: inside a bundle, as files, or as the runtime of the others. */
  how: 'bundled' | 'packed' | 'runtime';
  /** The SPDX expression in its package.json. Undefined when there is none. */
  licence: string | undefined;
  /** The licence text of its authors. Undefined when the package contains none. */
  text: string | undefined;
};

export type Manifest = { name: string; version: string; license?: string };
type Lock = { packages: Record<string, { version?: string; integrity?: string }> };

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
export const readLock = (root: string): Lock => readJson(join(root, 'package-lock.json'));

/** Packages whose files a style sheet copies. No bundler counts them as code. */
const copied = ['@fontsource-variable/inter'];

/** Vite's own lists of the contents of its bundles. */
const lists = [
  'dist/electron/.vite/license.json',
  'dist/electron/.vite/license-preload.json',
  'dist/renderer/.vite/license.json',
];

/**
 * All packages in a packed program, by name, each once.
 * @param packed names and versions of the packages in the archive, which may stand in other folders than in the checkout
 * @param nodeFolder folder of the package that brings the Node of the command line
 */
export function findShipped(root: string, packed: readonly Manifest[], nodeFolder: string): Shipped[] {
  const bundled = lists.flatMap((list) => readJson<Manifest[]>(join(root, list)));
  const { packages } = readLock(root);
  const folderOf = ({ name, version }: Manifest) => {
    const found = Object.keys(packages).find(
      (path) => path.endsWith(`node_modules/${name}`) && packages[path]?.version === version,
    );
    if (found === undefined) throw new Error(`${name} ${version} is packed but not in package-lock.json`);
    return found;
  };
  const all = [
    ...bundled.map((entry) => read(root, folderOf(entry), 'bundled')),
    ...copied.map((name) => read(root, `node_modules/${name}`, 'bundled')),
    ...packed.map((entry) => read(root, folderOf(entry), 'packed')),
    read(root, 'node_modules/electron', 'runtime'),
    read(root, nodeFolder, 'runtime'),
  ];
  const once = new Map(all.map((one) => [`${one.name}@${one.version}`, one]));
  return [...once.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function read(root: string, folder: string, how: Shipped['how']): Shipped {
  const { name, version, license } = readJson<Manifest>(join(root, folder, 'package.json'));
  const text = textOf(join(root, folder));
  // png-js names its licence in its text only.
  const licence = license ?? (text?.startsWith('MIT License\n') ? 'MIT' : undefined);
  return { name, version, folder, how, licence, text };
}

/** Licence and notices: Apache-2.0 requires both. */
function textOf(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(name));
  const texts = names.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return texts.length === 0 ? undefined : texts.join('\n\n');
}
