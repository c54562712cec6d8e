/** The programs that tests start again and again, in bundles: from its sources each would load hundreds of modules. */
import { cpSync, globSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { build } from 'vite';

/** Compiled packages cannot be bundled. */
const compiled = ['better-sqlite3', '@serialport/bindings-cpp', 'pkcs11js'];

/** Threads stand beside the bundles that start them, as they do where they are shipped. */
const threads = 'main/threads/*.ts';
const programs = ['main/cli/main.ts', 'test/{cli,crash}/*child.ts'];

const nameOf = (file: string) => file.split(sep).join('/').replace(/\.ts$/, '');

/** Writes them into `folder` of the checkout, each by its path there; threads by their name. */
export async function buildPrograms(root: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  // What starts sources by their place beside its own stays with them.
  const movable = (file: string) => !readFileSync(join(root, file), 'utf8').includes('import.meta');
  const found = (pattern: string | string[]) => globSync(pattern, { cwd: root });
  const input = Object.fromEntries([
    ...found(threads).map((file) => [basename(file, '.ts'), join(root, file)]),
    ...found(programs)
      .filter(movable)
      .map((file) => [nameOf(file), join(root, file)]),
  ]);
  await build({
    ...{ root, configFile: false, publicDir: false, logLevel: 'error' },
    ssr: { noExternal: true, external: compiled },
    build: {
      ...{ outDir: folder, ssr: true, target: 'node24', minify: false, emptyOutDir: false },
      rolldownOptions: {
        input,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  // What the build puts beside its bundles.
  cpSync(join(root, 'dist/electron/fonts'), join(folder, 'fonts'), { recursive: true });
}
