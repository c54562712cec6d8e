import { cpSync, existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'vite';

const root = join(import.meta.dirname, '../..');
const outDir = join(root, 'dist/electron');
const sources = join(root, 'main');

/** Worker threads stand beside the main bundle, where `new URL('./NAME.js', import.meta.url)` finds them. */
const threads = existsSync(join(sources, 'threads')) ? globSync(join(sources, 'threads/*.ts')) : [];
const threadEntries = Object.fromEntries(threads.map((file) => [basename(file, '.ts'), file]));

const common = { outDir, target: 'node24', minify: false, sourcemap: true, ssr: true } as const;

/** Compiled packages stay in node_modules. All others go into the bundles, so that only used code is packed. */
const compiled = ['better-sqlite3', '@serialport/bindings-cpp', 'pkcs11js'];

/**
 * There are two bundles: the main process and the command line with their threads (ESM), and the preload script. The
 * latter is one CommonJS file, because a sandboxed preload can require nothing of its own.
 */
// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export
export default defineConfig({
  root,
  publicDir: false,
  environments: {
    main: {
      consumer: 'server',
      resolve: { noExternal: true, external: compiled },
      build: {
        ...common,
        emptyOutDir: true,
        license: { fileName: '.vite/license.json' },
        rolldownOptions: {
          input: {
            main: join(sources, 'electron/main.ts'),
            cli: join(sources, 'cli/main.ts'),
            ...threadEntries,
          },
          external: ['electron'],
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true },
      build: {
        ...common,
        emptyOutDir: false,
        license: { fileName: '.vite/license-preload.json' },
        rolldownOptions: {
          input: { preload: join(sources, 'electron/preload.ts') },
          external: ['electron'],
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['main', 'preload']) {
        const environment = builder.environments[name];
        if (environment !== undefined) await builder.build(environment);
      }
      // A PDF embeds them; main/exports/birthrecord.ts reads them from here.
      for (const weight of ['400Regular', '600SemiBold'])
        cpSync(
          join(root, `node_modules/@expo-google-fonts/inter/${weight}/Inter_${weight}.ttf`),
          join(outDir, `fonts/Inter_${weight}.ttf`),
        );
    },
  },
});
