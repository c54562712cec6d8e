/** An export appears under its name when it is whole, or not at all. */
import { dirname } from 'node:path';
import { createTemporary, hands, makeFolderFor, syncFolder, unwritten } from '../../app/files/index.ts';

/**
 * Makes `file` by `make`, which writes into an empty file beside it and syncs it.
 *
 * @throws as `make`; records.failed, records.diskFull – the file cannot be made there
 */
export async function makeWhole<R>(file: string, make: (temporary: string) => Promise<R>): Promise<R> {
  await makeFolderFor(file);
  const { temporary, handle } = await hands
    .patiently(file, () => createTemporary(file, 0o644))
    .catch((cause: unknown) => {
      throw unwritten(file, cause);
    });
  try {
    await handle.close();
    const made = await make(temporary);
    await hands.rename(temporary, file);
    await syncFolder(dirname(file));
    return made;
  } catch (thrown) {
    await hands.remove(temporary).catch(() => {});
    throw thrown;
  }
}
