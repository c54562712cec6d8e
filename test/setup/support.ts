import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';

export const root = join(import.meta.dirname, '../..');
export const setup = (name: string) => join(root, 'main/setup', name);

/** The setup is plain JavaScript without types: a test says what it expects of it. */
export const load = async <T>(name: string): Promise<T> => (await import(pathToFileURL(setup(name)).href)) as T;

/** A folder with these files, gone after the test. */
export function makeFolder(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-setup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) put(folder, name, content);
  return folder;
}

export function put(folder: string, name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}
