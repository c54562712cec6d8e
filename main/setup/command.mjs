// Runs another program to its end and keeps its output.
import { spawn } from 'node:child_process';

/**
 * @param {string} command @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptionsWithoutStdio} options
 * @param {(chunk: string) => void} [onText] each piece of text as it comes
 * @returns {Promise<{ code: number, text: string, problem?: NodeJS.ErrnoException }>} `text` is stdout and stderr together;
 *   `problem`: the program could not be started, and `code` is 1
 */
export function runToEnd(command, args, options, onText = () => {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
        text += chunk;
        onText(chunk);
      });
    }
    child.on('error', (problem) => resolve({ code: 1, text: String(problem), problem }));
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}
