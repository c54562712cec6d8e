/** A CA key that was just made or brought: on record with what it is for, or as if it had never been. */
import type { CaKey } from '../../ca/index.ts';
import type { Custody } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { asStationError } from '../../line/index.ts';

export type NewKey = {
  custody: Custody;
  key: CaKey;
  /** Leaves its home as it was. Resolves to a sentence about what stays there all the same. */
  undo: () => Promise<string | undefined>;
};

/**
 * What `use` makes of the key. Where it fails, the key is closed and `undo`ne, unless it `isRecorded`: an answer may be
 * lost after the commit, and a key that the records promise must not be. Throws what `use` does, and with it, where
 * something stays, what that is.
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
    // Where the records do not answer, a key too many is the smaller evil.
    if (await isRecorded(made.key).catch(() => true)) throw thrown;
    const stays = await made.undo().catch(() => 'the file of its key could not be removed from the folder ca');
    if (stays === undefined) throw thrown;
    const { code, detail, data } = asStationError(thrown);
    throw new StationError(code, `${detail}; ${stays}`, { data, cause: thrown });
  }
}
