// Loaded into every Node of a whole run. The programs that tests start hundreds of times run from the bundles that
// programs.ts has made. A test file that is run by itself starts the sources.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const folder = process.env.BIRTHMARK_TEST_BUNDLES;
const root = join(import.meta.dirname, '../..');
const [, entry = ''] = process.argv;

/** The bundle of what this process or thread is about to run. */
function bundleOf() {
  if (folder === undefined || !entry.startsWith(root)) return undefined;
  const name = relative(root, entry).split(sep).join('/').replace(/\.ts$/, '.js');
  return join(folder, isMainThread ? name : name.replace('main/threads/', ''));
}

const bundle = bundleOf();
if (bundle !== undefined && existsSync(bundle)) {
  const instead = `import ${JSON.stringify(pathToFileURL(bundle).href)};`;
  const hooks = registerHooks({
    load(url, context, next) {
      if (!url.startsWith('file:') || fileURLToPath(url) !== entry) return next(url, context);
      hooks.deregister();
      return { format: 'module', source: instead, shortCircuit: true };
    },
  });
}
