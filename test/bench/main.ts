/** `npm run bench`: figures, never verdicts. Medians and spread, beside the limit that physics or the peer sets, in one run. */
import { benchFuzz } from './fuzz.ts';
import { benchIssue } from './issue.ts';
import { benchStart } from './start.ts';
import { benchUnit } from './unit.ts';

const parts: Record<string, () => Promise<void>> = {
  unit: benchUnit,
  issue: benchIssue,
  start: benchStart,
  fuzz: benchFuzz,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in parts));
if (unknown) {
  console.error(`There is no bench "${unknown}"; there are: ${Object.keys(parts).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const [name, run] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) await run();
  }
}
