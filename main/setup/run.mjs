// node main/setup/run.mjs FILE ARGS…: checks the dependencies, then runs a TypeScript file on the pinned Node. Prints
// nothing on stdout, because FILE's output there is data.
import { ensureDependencies } from './dependencies.mjs';
import { root, runNode } from './node.mjs';
import { ensurePkcs11 } from './pkcs11.mjs';
import { runMain, SetupError } from './progress.mjs';

runMain(async () => {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) throw new SetupError('No file to run was named.', 'node main/setup/run.mjs FILE ARGS…');
  await ensureDependencies();
  // Only a CA key in a token needs it, and its absence is reported then.
  await ensurePkcs11(root);
  return runNode(file, args);
});
