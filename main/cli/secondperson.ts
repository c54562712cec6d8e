/** Acts of two persons: `--badge` asks, `--second-badge` agrees. Where nobody else on record could, it is said beforehand. */
import type { Command } from 'commander';
import type { SecondPerson, Station } from '../../app/contract/index.ts';
import { askSecret, note, secretFrom } from './command.ts';

export type SecondOptions = { secondBadge?: string; secondPinFile?: string };

export const withSecond = (command: Command): Command =>
  command
    .option('--second-badge <badge>', 'of QA or an engineer, who agrees; another person than --badge')
    .option('--second-pin-file <file>', 'file holding the PIN of that badge');

/** As a parameter of an act: who agrees, or nothing where nobody was named. The station decides whether that will do. */
export async function secondOf(options: SecondOptions, client: Station): Promise<{ second?: SecondPerson }> {
  const { secondBadge: badge, secondPinFile } = options;
  if (badge !== undefined) return { second: { badge, pin: await pinOf(badge, secondPinFile) } };
  const { alone } = await client.call('ca.hierarchy', {});
  note(
    alone
      ? 'nobody else on record could agree (QA or an engineer): this is done by one person alone, and recorded so'
      : 'this takes two people of the records: --badge B --pin-file F asks, --second-badge B --second-pin-file F agrees',
  );
  return {};
}

export async function pinOf(badge: string, file: string | undefined): Promise<string> {
  const pin = file === undefined ? await askSecret(`PIN of ${badge}, who agrees: `) : await secretFrom(file, 'PIN');
  return pin ?? '';
}
