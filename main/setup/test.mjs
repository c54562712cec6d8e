// npm test [-- SUITE…]: from a fresh clone to a tested station.
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureMbedtls } from './mbedtls.mjs';
import { root, runNode } from './node.mjs';
import { ensurePkcs11 } from './pkcs11.mjs';
import { runMain, say } from './progress.mjs';
import { ensureSystem } from './system.mjs';

runMain(async () => {
  const words = process.argv.slice(2);
  if (words.includes('--help') || words.includes('-h')) {
    await ensureDependencies();
    return runNode(join(root, 'test/run.ts'), ['--help']);
  }
  await together([installAndBuild(), ensureSystem()]);
  const noTokens = await ensurePkcs11(root, { again: true });
  if (noTokens !== undefined) say(`\n!! ${noTokens}\n!! Tests of tokens are skipped here and fail in CI.\n`);
  const noMbedtls = await ensureMbedtls();
  if (noMbedtls !== undefined)
    say(`\n!! ${noMbedtls}\n!! Tests of the agent's PSA backend are skipped here and fail in CI.\n`);
  return runNode(join(root, 'test/run.ts'), words);
});

/** npm waits for the network and the disk, and so does apt. */
async function installAndBuild() {
  await ensureDependencies();
  await ensureBuilt('renderer');
  await ensureBuilt('electron');
}

/**
 * Waits for all, also when one fails: an installation is not left half-way.
 * @param {Promise<void>[]} acts
 */
async function together(acts) {
  for (const one of await Promise.allSettled(acts)) if (one.status === 'rejected') throw one.reason;
}
