/** `practice scanner`: sends labels to a station, as a scanner on a serial port does. */
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { type ScannerSuffix, scannerSuffix } from '../../app/contract/model.ts';
import { wholeNumber } from '../numbers.ts';
import { type PracticeScanner, startScanner } from '../practicescanner.ts';
import { conclude, note } from './command.ts';

type ScannerOptions = { suffix: string; every: string; link?: string; json?: boolean };

export function addPracticeScanner(practice: Command): void {
  practice
    .command('scanner')
    .argument('[labels...]', 'sent one after the other; <GS> stands for the separator of GS1')
    .description(
      'start a barcode scanner on a pseudo-terminal; it prints its path, sends labels and each typed line, and runs until stopped',
    )
    .option('--suffix <name>', `the end of a scan: ${scannerSuffix.options.join(', ')}`, 'cr')
    .option('--every <ms>', 'time between two labels', '2000')
    .option('--link <file>', 'a path for it that stays the same next time')
    .option('--json', 'print one JSON value on stdout')
    .action((labels: string[], options: ScannerOptions) => conclude(options, () => runScanner(labels, options)));
}

async function runScanner(labels: readonly string[], options: ScannerOptions): Promise<number> {
  const suffix = scannerSuffix.safeParse(options.suffix);
  const every = wholeNumber(options.every, '--every', { from: 1, to: 600_000 });
  if (!suffix.success)
    throw new StationError('call.badParams', `--suffix is one of ${scannerSuffix.options.join(', ')}`);
  const scanner = await startScanner(settingsOf(suffix.data, options));
  process.stdout.write(options.json ? `${JSON.stringify({ port: scanner.port })}\n` : `${scanner.port}\n`);
  note('type a label and press Enter to scan it; Ctrl-C pulls the scanner out');
  const typed = createInterface({ input: process.stdin }).on('line', (line) => line && scan(scanner, line));
  const waiting = [...labels];
  const timer = setInterval(() => {
    const label = waiting.shift();
    if (label === undefined) clearInterval(timer);
    else scan(scanner, label);
  }, every);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
  clearInterval(timer);
  typed.close();
  await scanner.stop();
  return 0;
}

const settingsOf = (suffix: ScannerSuffix, { link }: ScannerOptions) => ({ suffix, ...(link ? { link } : {}) });

const scan = (scanner: PracticeScanner, label: string) => scanner.scan(label.replaceAll('<GS>', '\u001d'));
