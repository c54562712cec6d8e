/** From `npm start` to the first usable screen, on a checkout that is already built. */
import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../renderer/browser.ts';
import { spread } from './stats.ts';

const rounds = 5;

export async function benchStart(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'birthmark-bench-home-'));
  const toAddress: number[] = [];
  const toBench: number[] = [];
  const browser = await openBrowser();
  if (!browser) return console.log('\nnpm start is not measured: there is no Chromium');
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const began = performance.now();
      const { address, stop } = await startApp(home);
      const atAddress = performance.now() - began;
      const page = await browser.newPage();
      await page.goto(address);
      await page.locator('.tile').first().waitFor();
      if (round > 0) {
        toAddress.push(atAddress);
        toBench.push(performance.now() - began);
      }
      await page.close();
      await stop();
    }
  } finally {
    await browser.close();
  }
  console.log(`\nnpm start on a built checkout, ${rounds} starts; ms, median (p5–p95)`);
  console.log(`  address printed          ${spread(toAddress, 0)}`);
  console.log(`  bench on the screen      ${spread(toBench, 0)}   aim: under 5000`);
}

/** Starts the app as a newcomer would; resolves with the address it prints. */
function startApp(home: string): Promise<{ address: string; stop: () => Promise<void> }> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const child = spawn('npm', ['start', '--', '--no-open'], {
    cwd: root,
    env: { ...process.env, BIRTHMARK_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once('close', () => resolve());
      if (child.pid) process.kill(-child.pid, 'SIGTERM');
    });
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+\/enter#\S+/.exec(out)?.[0];
      if (address) resolve({ address, stop });
    });
    child.once('exit', (code) => reject(new Error(`npm start stopped with exit code ${code}:\n${out}`)));
  });
}
