/** A copy of the checkout to change things in; the checkout itself is only read. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeRunFolder } from '../runner/memory.ts';

export type Copy = {
  root: string;
  /** For what the tests leave behind. */
  temporary: string;
  read(file: string): string;
  write(file: string, text: string): void;
};

/** What a checkout has and Git does not: packages, and what was built. */
const linked = ['node_modules', 'dist', 'native/agent/build'];

const isLinked = (file: string) => linked.some((folder) => file === folder || file.startsWith(`${folder}/`));

export function filesIn(root: string): string[] {
  const out = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return out.split('\0').filter((file) => file !== '' && !isLinked(file) && existsSync(join(root, file)));
}

function copyTo(root: string, folder: string, files: readonly string[]): Copy {
  const copy = join(folder, 'station');
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  for (const name of linked) {
    if (!existsSync(join(root, name))) continue;
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    symlinkSync(join(root, name), join(copy, name), 'junction');
  }
  const temporary = join(folder, 't');
  mkdirSync(temporary);
  return {
    root: copy,
    temporary,
    read: (file) => readFileSync(join(copy, file), 'utf8'),
    write: (file, text) => writeFileSync(join(copy, file), text),
  };
}

/** So many copies, where those of a whole run lie: the PostgreSQL of the tests, another user, gets to its folder. */
export function makeCopies(root: string, count: number): Copy[] {
  const folder = realpathSync(makeRunFolder());
  const files = filesIn(root);
  return Array.from({ length: count }, (_, at) => copyTo(root, join(folder, `${at}`), files));
}
