import { createTemporary, hands } from '../../../files/index.ts';

/** Writes a file under a temporary name, syncs it and renames it, so that it is never half there. */
export async function writeWhole(file: string, content: string | Buffer): Promise<void> {
  const { temporary, handle } = await createTemporary(file, 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await hands.rename(temporary, file);
}
