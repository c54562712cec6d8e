// npm run mutate -- PART…: everything the tests need, then mutations of the sources in a copy.
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { root, runNode } from './node.mjs';
import { ensurePkcs11 } from './pkcs11.mjs';
import { runMain } from './progress.mjs';

runMain(async () => {
  const words = process.argv.slice(2);
  await ensureDependencies();
  await ensurePkcs11(root);
  // The kiosk's tests ask for the page.
  if (!words.includes('--help') && !words.includes('-h')) await ensureBuilt('renderer');
  return runNode(join(root, 'test/mutate/main.ts'), words);
});
