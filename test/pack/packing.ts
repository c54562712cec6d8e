/** Packs the program as `npm run package` does, with a stub in the place of Electron's binary. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { extractAll } from '@electron/asar';

export const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');

/** The mark by which @electron/fuses finds the fuses in Electron's binary; then the version, how many, and each one's state. */
const fuses = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX${String.fromCharCode(1, 9)}${'1'.repeat(9)}`;

/** What electron-builder wants to find in a distribution of Electron for Linux. */
function writeStub(folder: string): void {
  mkdirSync(join(folder, 'locales'), { recursive: true });
  for (const language of ['en-US', 'de', 'fr']) writeFileSync(join(folder, 'locales', `${language}.pak`), '');
  writeFileSync(join(folder, 'electron'), `A stub. ${fuses} Its end.`);
  chmodSync(join(folder, 'electron'), 0o755);
}

async function build(): Promise<void> {
  const setup = pathToFileURL(join(root, 'main/setup/build.mjs')).href;
  const { ensureBuilt } = (await import(setup)) as { ensureBuilt(name: string): Promise<void> };
  await ensureBuilt('renderer');
  await ensureBuilt('electron');
}

export type Packed = {
  /** What electron-builder and its hooks said. */
  said: string;
  /** Beside the program: licences and the bill of materials. */
  outDir: string;
  /** The program as it would be installed. */
  program: string;
  resources: string;
  archive: string;
  /** The archive's contents, in a folder with no node_modules above it. */
  extracted: string;
  /** Scratch folder, gone with all the rest. */
  scratch: string;
  /** Runs electron-builder on what is packed already, for another kind of installer. */
  again(args: readonly string[], env: Record<string, string>): Promise<void>;
  remove(): void;
};

export async function pack(): Promise<Packed> {
  await build();
  const scratch = mkdtempSync(join(tmpdir(), 'birthmark-pack-'));
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  const outDir = join(scratch, 'packages');
  const stub = join(scratch, 'electron');
  const common = [builder, '--publish', 'never', `-c.electronDist=${stub}`, `-c.directories.output=${outDir}`];
  try {
    writeStub(stub);
    const { stdout } = await run(process.execPath, [...common, '--linux', 'dir', '--x64'], { cwd: root });
    const program = join(outDir, 'linux-unpacked');
    const resources = join(program, 'resources');
    const extracted = join(scratch, 'extracted');
    extractAll(join(resources, 'app.asar'), extracted);
    return {
      said: stdout,
      outDir,
      program,
      resources,
      archive: join(resources, 'app.asar'),
      extracted,
      scratch,
      remove,
      async again(args, env) {
        await run(process.execPath, [...common, '--prepackaged', program, ...args], {
          cwd: root,
          env: { ...process.env, ...env },
        });
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
