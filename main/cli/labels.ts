/** `scan`: tries label rules without a scanner. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { ScanReading } from '../../app/contract/model.ts';
import { type CommonOptions, exitCodeOf, inStation, print, withStation } from './command.ts';

/** The separator of GS1 cannot be typed on a command line. */
export const asScanned = (text: string): string => text.replaceAll('<GS>', '\u001d');

export function addScan(program: Command): void {
  const scan = program.command('scan').description('try labels and badges');
  withStation(scan.command('read').argument('<text>', 'as the scanner sends it; <GS> stands for the separator of GS1'))
    .description('tell what a scan is, by the rules in use; changes nothing')
    .action((text: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const reading = await client.call('scan.read', { text: asScanned(text) });
        print(options, reading, () => wordsOf(reading));
        return reading.kind === 'unknown' ? exitCodeOf(StationError.from(reading.error)) : 0;
      }),
    );
}

function wordsOf(reading: ScanReading): string {
  if (reading.kind === 'badge') return `badge ${reading.badge}`;
  if (reading.kind === 'order') return `order ${reading.orderId}`;
  if (reading.kind === 'unknown') return `refused: ${reading.error.code}: ${reading.error.detail}`;
  if (reading.kind === 'ambiguous') return `ambiguous: ${reading.readings.map(wordsOf).join(', or ')}`;
  const { model, gtin, lot } = reading;
  const more = Object.entries({ model, gtin, lot }).filter(([, value]) => value !== undefined);
  return [`unit ${reading.unitSerial}`, ...more.map(([name, value]) => `${name} ${value}`)].join('  ');
}
