/** What happens when the output of a command cannot be written: its reader went away, or the disk is full. */

/**
 * A command whose result did not arrive has not done what was asked, and a script must see that. Its work is ended in
 * order: long ones stop as at Ctrl-C, and a station that is open is closed.
 *
 * @returns tells whether output was lost
 */
export function watchOutput(): () => boolean {
  let isLost = false;
  process.stdout.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => {
    if (isLost) return;
    isLost = true;
    process.exitCode = 3;
    // Without a reader, as in `… | head`, there is no one to tell.
    if (code !== 'EPIPE')
      process.stderr.write(`the result could not be written: ${code === 'ENOSPC' ? 'the disk is full' : code}\n`);
    process.emit('SIGINT', 'SIGINT');
  });
  process.stderr.on('error', () => {});
  return () => isLost;
}
