/** The parts whose tests are put to the proof: their sources, and the suites that are theirs. */
import { globSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

export type Part = {
  /** Folders and files of the repository. */
  sources: readonly string[];
  /** Folders of tests that run after the nearest ones. */
  suites: readonly string[];
};

export const parts: Record<string, Part> = {
  ca: { sources: ['app/ca'], suites: ['test/ca'] },
  issuing: { sources: ['app/issuing'], suites: ['test/issuing', 'test/line'] },
  records: { sources: ['app/records'], suites: ['test/records', 'test/threads', 'test/plant', 'test/witness'] },
  plant: { sources: ['app/plant'], suites: ['test/plant'] },
  iot: { sources: ['app/iot'], suites: ['test/iot'] },
  registration: { sources: ['app/registration'], suites: ['test/registration'] },
  line: { sources: ['app/line'], suites: ['test/line', 'test/issuing'] },
  device: { sources: ['app/device'], suites: ['test/device'] },
  kiosk: { sources: ['main/kiosk'], suites: ['test/kiosk'] },
  station: { sources: ['app/station'], suites: ['test/station'] },
};

/** Suites that are too slow, or not about the sources, to be asked for a mutation outside their own part. */
const far = [
  'test/bench',
  'test/cli',
  'test/crash',
  'test/e2e',
  'test/electron',
  'test/line',
  'test/mutate',
  'test/native',
  'test/pack',
  'test/renderer',
  'test/setup',
];

const slashed = (path: string) => path.split(sep).join('/');

export const filesOf = (root: string, { sources }: Part): string[] =>
  sources
    .flatMap((place) =>
      place.endsWith('.ts') ? globSync(place, { cwd: root }) : globSync(`${place}/**/*.ts`, { cwd: root }),
    )
    .map(slashed)
    .filter((file) => !file.endsWith('.d.ts'))
    .sort();

const specifiers = /^\s*(?:import|export)\b(?! type\b)(?:[^'";]*?\bfrom)?\s*'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

/** Files of the repository that this one imports, types left out. */
export function importsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(specifiers)].map(([, a, b]) => posix.join(posix.dirname(file), a ?? b ?? ''));
}

/** A test of a source, and over how many imports it comes to it; `Infinity` where only another process may. */
export type Near = {
  test: string;
  steps: number;
  /** The test bears the name of the source or of a folder it is in, so it is most likely about it. */
  isNamesake: boolean;
};
export type Nearness = (file: string, part: Part) => Near[];

/** Each file that this one comes to, and over how many imports. */
function stepsTo(start: string, imports: (file: string) => string[]): Map<string, number> {
  const found = new Map([[start, 0]]);
  // What is added during the walk is walked as well, the nearer first.
  for (const [file, steps] of found) for (const next of imports(file)) if (!found.has(next)) found.set(next, steps + 1);
  return found;
}

/** Tests for a source: the part's own suites, and what imports it outright elsewhere. */
export function nearness(root: string): Nearness {
  const known = new Map<string, string[]>();
  const imports = (file: string) => {
    const found = known.get(file) ?? (/\.(ts|tsx|mjs)$/.test(file) ? safeImports(root, file) : []);
    known.set(file, found);
    return found;
  };
  const tests = globSync('test/*/**/*.test.ts', { cwd: root }).map(slashed).sort();
  const walked = new Map<string, Map<string, number>>();
  const stepsFrom = (test: string) => {
    const found = walked.get(test) ?? stepsTo(test, imports);
    walked.set(test, found);
    return found;
  };
  return (file, part) => {
    const names = posix.join(posix.dirname(file), posix.basename(file, '.ts')).split('/').slice(2);
    const isNamesake = (test: string) => names.includes(posix.basename(test, '.test.ts'));
    const own = (test: string) => part.suites.some((suite) => test.startsWith(`${suite}/`));
    const isFar = (test: string) => far.some((suite) => test.startsWith(`${suite}/`));
    return tests
      .map((test) => ({
        ...{ test, isNamesake: isNamesake(test) },
        steps: stepsFrom(test).get(file) ?? Number.POSITIVE_INFINITY,
      }))
      .filter(({ test, steps }) => own(test) || (steps === 1 && !isFar(test)));
  };
}

function safeImports(root: string, file: string): string[] {
  try {
    return importsOf(root, file);
  } catch {
    // A path in a text that only looks like an import.
    return [];
  }
}
