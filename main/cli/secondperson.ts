/**
 * Acts of two persons: `--badge` asks, `--second-badge` agrees. If no second person on record could agree, a note says
 * so beforehand.
 */
import type { Command } from 'commander';
import type { SecondPerson, Station } from '../../app/contract/index.ts';
import { askSecret, note, secretFrom } from './command.ts';

export type SecondOptions = { secondBadge?: string; secondPinFile?: string };

export const withSecond = (command: Command): Command =>
  command
    .option('--second-badge <badge>', 'badge of the person who agrees: QA or an engineer, not the one of --badge')
    .option('--second-pin-file <file>', 'file holding the PIN of that badge');

/**
 * The person who agrees, as a parameter of an act; empty when none was named. The station decides whether that is
 * enough.
 */
export async function secondOf(options: SecondOptions, client: Station): Promise<{ second?: SecondPerson }> {
  const { secondBadge: badge, secondPinFile } = options;
  if (badge !== undefined) return { second: { badge, pin: await pinOf(badge, secondPinFile) } };
  const { alone } = await client.call('ca.hierarchy', {});
  note(
    alone
      ? 'no second person on record could agree (QA or an engineer): one person alone does this, and the records say so'
      : 'this needs two people of the records: --badge B --pin-file F asks, --second-badge B --second-pin-file F agrees',
  );
  return {};
}

export async function pinOf(badge: string, file: string | undefined): Promise<string> {
  const pin = file === undefined ? await askSecret(`PIN of ${badge}, who agrees: `) : await secretFrom(file, 'PIN');
  return pin ?? '';
}
