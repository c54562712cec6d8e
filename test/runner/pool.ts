/** Runs the jobs in their order, so many at once; resolves when the last has ended. */
export async function inPool(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const waiting = jobs.values();
  const worker = async () => {
    for (const job of waiting) await job();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
