/** Issuing beside what arithmetic allows and what others do, on one core in one run: docs/bench.md says how to read it. */
import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import type { KeyKind } from './issuing/material.ts';
import { type Lane, race } from './issuing/race.ts';
import { median, quantile, spread } from './stats.ts';

const kinds: readonly KeyKind[] = ['P-256', 'RSA-2048'];
const rounds = 15;
const tmpfs = 0x01021994;

/** About two minutes. On Linux it runs itself again, held to one core with all that it starts, and one pool thread. */
export async function benchIssue(): Promise<void> {
  if (process.env.UV_THREADPOOL_SIZE !== '1' && runAlone()) return;
  const cores = availableParallelism();
  const where = cores === 1 ? 'one core for all of it' : `${cores} cores, for they cannot be shut out here`;
  const load = loadavg()[0]!.toFixed(1);
  console.log(`\nIssuing: ${where}; ${rounds} rounds in turns; load of the machine at the start ${load}`);
  if (statfsSync(tmpdir()).type === tmpfs) console.log(`  ${tmpdir()} is memory: "on record" is no disk's figure here`);
  for (const kind of kinds) await table(kind);
}

/** Whether it ran there. */
function runAlone(): boolean {
  const args = ['-c', '0', process.execPath, ...process.execArgv, process.argv[1]!, 'issue'];
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const { error, status } = spawnSync('taskset', args, { stdio: 'inherit', env });
  if (error !== undefined) return false;
  process.exitCode = status ?? 1;
  return true;
}

async function table(kind: KeyKind): Promise<void> {
  const { lanes, absent } = await race(kind, rounds);
  const limit = lanes.find(({ role }) => role === 'bound')!;
  console.log(`\n${kind}, device and CA; certificates a second, median (p5–p95)       of the limit`);
  for (const lane of lanes) {
    console.log(`  ${lane.name.padEnd(32)} ${spread(lane.rates, 0).padEnd(27)} ${share(lane, limit)}`);
  }
  for (const { name, cannot } of absent) console.log(`  ${name.padEnd(32)} cannot: ${cannot}`);
  for (const { name, latenciesMs } of lanes) {
    if (latenciesMs === undefined) continue;
    const [p50, p99] = [0.5, 0.99].map((part) => quantile(latenciesMs, part).toFixed(1));
    console.log(`  ${name}: a certificate takes ${p50} ms, 99 of 100 at most ${p99} ms (n=${latenciesMs.length})`);
  }
  console.log('  What each does:');
  for (const { name, note } of lanes) console.log(`    ${name}: ${note}`);
  verdict(lanes);
}

function verdict(lanes: readonly Lane[]): void {
  const [limit, floor] = lanes.filter(({ role }) => role === 'bound');
  const ours = lanes.find(({ role }) => role === 'ours')!;
  const peers = lanes.filter(({ role }) => role === 'peer');
  const fastest = peers.sort((a, b) => median(b.rates) - median(a.rates))[0];
  console.log(`  Ours: ${share(ours, limit!)} of the limit, ${share(ours, floor!)} of the floor`);
  if (fastest === undefined) throw new Error('no peer has run');
  const times = (median(ours.rates) / median(fastest.rates)).toFixed(1);
  console.log(`  Ours: ${times} × the fastest peer, ${fastest.name}`);
}

/** The median of the shares round by round, for the rounds differ more than the shares. */
const share = (one: Lane, whole: Lane): string =>
  `${(100 * median(one.rates.map((rate, round) => rate / whole.rates[round]!))).toFixed(0)} %`;
