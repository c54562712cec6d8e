/** An address of the plant with its secret, in a file that only its owner can read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ErrorCode, StationError } from '../../contract/errors.ts';
import type { PlantAddressShown, PlantLogin } from '../../contract/model.ts';
import { hands } from '../../files/index.ts';
import { addressOf, textOfLogin } from '../../plant/index.ts';
import { writeWhole } from '../folder/folder.ts';

/** What a person gives: the text of "plant admit", with the plant's public key behind it, or the parts. */
export type GivenAddress = { url?: string | undefined; login?: PlantLogin | undefined };

/** How this station reaches its plant. @throws plant.none – nothing is kept */
export const stationAddress = (dir: string) =>
  createKeptAddress(join(dir, 'plant.url'), 'plant.none', 'how to reach the plant is not set here: join it again');

/** How QA's desk reads the plant. @throws plant.noReader – nothing is kept */
export const readerAddress = (dir: string) =>
  createKeptAddress(
    join(dir, 'plant-reader.url'),
    'plant.noReader',
    'no login reads the plant from here: use "plant read-with"',
  );

/** The file, for reading, keeping and showing. `code` and `detail`: what is thrown when nothing is kept. */
function createKeptAddress(file: string, code: ErrorCode, detail: string) {
  const read = (): Promise<string> =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new StationError(code, detail, { cause });
    });
  return {
    read,
    keep: (url: string): Promise<void> => writeWhole(file, url, true),
    remove: (): Promise<void> => hands.remove(file),
    /**
     * The text of what is given, and the public key that came with it; without a text where nothing is given.
     *
     * @throws call.badParams – without any part of the text, which is a secret
     */
    async given({ url, login }: GivenAddress): Promise<{ url?: string | undefined; key?: string | undefined }> {
      if (login !== undefined) return { url: textOfLogin(login, await read().catch(() => undefined)) };
      // What "plant admit" wrote ends with #key=, which is no secret and no part of the address.
      const [text, key] = url?.trim().split('#key=') ?? [];
      if (text !== undefined) addressOf(text);
      return { url: text, key };
    },
    /** Without the secret; null where none is kept. */
    async shown(): Promise<PlantAddressShown | null> {
      const text = await read().catch(() => undefined);
      if (text === undefined) return null;
      const { host, port, database, user, rootFile } = addressOf(text);
      return { host, port, database, user, ...(rootFile === undefined ? {} : { rootFile }) };
    },
  };
}
