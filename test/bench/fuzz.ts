/** The gate against 200,000 mutated requests, OpenSSL the judge of proof of possession. A wrong verdict stops the bench. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fuzz } from '../ca/mutate.ts';

const mutants = 200_000;
/** Counted too, but memory is measured from here: by then the code is compiled and the heap has its size. */
const warmUp = 20_000;

export async function benchFuzz(): Promise<void> {
  const seed = Date.now();
  const start = performance.now();
  const first = fuzz(warmUp, seed);
  const before = heldBytes();
  const rest = fuzz(mutants - warmUp, seed + 1);
  const seconds = (performance.now() - start) / 1000;
  const grownMiB = (heldBytes() - before) / 2 ** 20;
  const slowestMs = Math.max(first.slowestMs, rest.slowestMs);
  console.log(`\nFuzzing the gate: ${mutants} mutated requests in ${seconds.toFixed(0)} s, seed ${seed}`);
  console.log(`  taken, and verified by OpenSSL                 ${first.taken + rest.taken}`);
  console.log(`  refused for the signature, as by OpenSSL       ${first.badSignature + rest.badSignature}`);
  console.log(`  refused for another reason                     ${first.refused + rest.refused}`);
  console.log(`  slowest verdict ${slowestMs.toFixed(1)} ms (limit 50); memory grown by ${grownMiB.toFixed(1)} MiB`);
}

/** What is held after everything that can be freed has been. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
