import { readFile } from 'node:fs/promises';
import { StationError } from '../../app/contract/errors.ts';

export const isStrings = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((one) => typeof one === 'string');

/**
 * The text of a file, without the byte order mark that editors on Windows put before it.
 *
 * @throws `call.badParams` – when the file cannot be read
 */
export const textFrom = (file: string): Promise<string> =>
  readFile(file, 'utf8').then(
    (text) => text.replace(/^\uFEFF/, ''),
    (cause: unknown) => {
      throw new StationError('call.badParams', `${file} cannot be read`, { cause });
    },
  );

/** @throws `call.badParams` – when the file cannot be read or is not JSON */
export async function jsonFrom(file: string): Promise<unknown> {
  const text = await textFrom(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StationError('call.badParams', `${file} is not JSON: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    });
  }
}
