import { setFlagsFromString } from 'node:v8';

/** By how much of what lived at the last collection a heap may grow until the next one begins, in percent. */
const growth = 25;

/**
 * Makes V8 collect sooner, in all threads of this process. Where memory is plenty it lets a heap grow to four times what lives in it:
 * while a batch of a million units was made, main's heap went from 83 to 335 MB, most of it dead. V8 looks at `heap_growing_percent`
 * after each collection, so that it may be set while V8 runs (`MemoryController::GrowingFactor` of V8).
 */
export function collectSooner(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}
