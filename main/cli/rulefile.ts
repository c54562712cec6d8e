/** Label rules and scanners from files and flags. */
import type { z } from 'zod';
import { StationError } from '../../app/contract/errors.ts';
import { firstIssue } from '../../app/contract/issues.ts';
import {
  type LabelRule,
  labelRule,
  type ScannerConfig,
  type ScanRules,
  scannersConfig,
  scanRules,
} from '../../app/contract/model.ts';
import { wholeNumber } from '../numbers.ts';
import { jsonFrom } from './givenfile.ts';

function checked<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, detail } = firstIssue(result.error.issues);
  throw new StationError('call.badParams', `${what}: ${detail}`, { data: { path } });
}

/**
 * A rule from a JSON file.
 * @throws `call.badParams` – names the field
 */
export const labelFrom = async (file: string): Promise<LabelRule> =>
  checked(labelRule, await jsonFrom(file), 'label rule');

export const rulesFrom = async (file: string): Promise<ScanRules> =>
  checked(scanRules, await jsonFrom(file), 'label rules');

/**
 * `PORT[,NAME=VALUE…]`, e.g. `/dev/serial/by-id/usb-…,suffix=crlf,baud=115200,name=Bench`. A single `none` means no
 * scanner.
 */
export function scannersFrom(all: readonly string[]): ScannerConfig[] {
  if (all.length === 1 && all[0] === 'none') return [];
  const scanners = all.map((text, index) => {
    const [port, ...settings] = text.split(',');
    const given = Object.fromEntries(settings.map((setting) => setting.split(/=(.*)/s, 2)));
    const { baud, ...rest } = given;
    const scannerId = index + 1;
    return {
      scannerId,
      name: `Scanner ${scannerId}`,
      port,
      ...rest,
      ...(baud === undefined ? {} : { baud: wholeNumber(baud, `--scanner ${text}`) }),
    };
  });
  return checked(scannersConfig, scanners, '--scanner');
}
