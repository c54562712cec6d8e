import assert from 'node:assert/strict';

export const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits for what is told; fails when it takes long, instead of hanging. */
export async function until(what: string, fits: () => boolean): Promise<void> {
  for (let waited = 0; !fits(); waited += 5) {
    assert.ok(waited < 5000, `not seen: ${what}`);
    await rest(5);
  }
}
