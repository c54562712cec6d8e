// node main/setup/run.mjs FILE ARGS…: makes sure of the dependencies, then runs a TypeScript file on the pinned Node.
// Prints nothing on stdout: what FILE prints there is data.
import { ensureDependencies } from './dependencies.mjs';
import { runNode } from './node.mjs';
import { runMain, SetupError } from './say.mjs';

runMain(async () => {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) throw new SetupError('No file to run was named.', 'node main/setup/run.mjs FILE ARGS…');
  await ensureDependencies();
  return runNode(file, args);
});
