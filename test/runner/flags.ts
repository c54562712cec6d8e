import { parseArgs } from 'node:util';

/** What `npm test` prints for `--help`. */
export const help = `npm test [-- SUITE… [options]]

Runs every suite, or those that are named.

  --slowest    also the twenty slowest files and tests
  --costs      keep what each file took, by which they are shared out
  --coverage   also line coverage of the sources (npm run coverage)
  --limit S    seconds that a test may take, if it names no limit of its own (30; 90 in CI)
  --help       this text`;

export type Flags = { slowest: boolean; costs: boolean; coverage: boolean; limitMs: number; suites: string[] };

/**
 * Reads the words after `npm test --`. `undefined` asks for the help.
 * @throws TypeError – a word is no option
 */
export function readFlags(words: readonly string[], inCi: boolean): Flags | undefined {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      slowest: { type: 'boolean', default: false },
      costs: { type: 'boolean', default: false },
      coverage: { type: 'boolean', default: false },
      // A machine of a CI may be shared with others, and a test that fails there for that has to be looked at by a person.
      limit: { type: 'string', default: inCi ? '90' : '30' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const limit = Number(values.limit);
  if (!(limit > 0)) throw new TypeError(`--limit ${values.limit} is no number of seconds`);
  const { slowest, costs, coverage } = values;
  return { slowest, costs, coverage, limitMs: limit * 1000, suites: positionals };
}
