/** A CA key that was just made or imported: it is put on record with its purpose, or every trace of it is undone. */
import type { CaKey } from '../../ca/index.ts';
import type { Custody } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { asStationError } from '../../line/index.ts';

export type NewKey = {
  custody: Custody;
  key: CaKey;
  /** Leaves its home as it was. If something stays there, it resolves to a sentence about that. */
  undo: () => Promise<string | undefined>;
};

/**
 * Gives the key to `use` and returns its result. If `use` fails, the key is closed and `undo`ne, unless it
 * `isRecorded`: an answer may be lost after the commit, and a key that the records promise must stay.
 * @throws as `use`; the error also says what stays behind
 */
export async function orUndone<T>(
  made: NewKey,
  isRecorded: (key: CaKey) => Promise<boolean>,
  use: (made: NewKey) => Promise<T>,
): Promise<T> {
  try {
    return await use(made);
  } catch (thrown) {
    made.key.close();
    // When the records do not answer, an extra key is the smaller evil.
    if (await isRecorded(made.key).catch(() => true)) throw thrown;
    const stays = await made.undo().catch(() => 'the file of its key could not be removed from the folder ca');
    if (stays === undefined) throw thrown;
    const { code, detail, data } = asStationError(thrown);
    throw new StationError(code, `${detail}; ${stays}`, { data, cause: thrown });
  }
}
