// npm test [-- SUITE…]: from a fresh clone to a tested station.
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { root, runNode } from './node.mjs';
import { runMain } from './say.mjs';
import { ensureSystem } from './system.mjs';

runMain(async () => {
  await ensureDependencies();
  await ensureSystem();
  await ensureBuilt('renderer');
  await ensureBuilt('electron');
  return runNode(join(root, 'test/run.ts'), process.argv.slice(2));
});
