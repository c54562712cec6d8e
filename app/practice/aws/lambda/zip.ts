import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';

/** "Deployment package (.zip file archive) size", Lambda quotas: 250 MB, unzipped. */
const maxUnzippedBytes = 250 * 1024 * 1024;

/**
 * The files of a zip, by their path with `/`.
 * @throws Error – no zip, too large, or with a path that leads out of its folder
 */
export function unzip(zip: Uint8Array): Record<string, Uint8Array> {
  let bytes = 0;
  let refused: string | undefined;
  const files = unzipSync(zip, {
    filter: ({ name, originalSize }) => {
      bytes += originalSize;
      if (bytes > maxUnzippedBytes) refused = 'the files are larger than 250 MB';
      if (leadsOut(name)) refused = `the path ${JSON.stringify(name)} leads out of the folder`;
      return refused === undefined && !name.endsWith('/');
    },
  });
  if (refused !== undefined) throw new Error(refused);
  return files;
}

/** A zip of one file, as CloudFormation makes it of code inside a template. */
export const zipOf = (name: string, text: string): Buffer =>
  Buffer.from(zipSync({ [name]: new TextEncoder().encode(text) }, { level: 6 }));

/** Writes files into a folder. Their paths are those of `unzip`. */
export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const place = join(folder, name);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, bytes);
  }
}

/** A path with an empty part, `.` or `..`, or with what Windows reads as more than a name. */
const leadsOut = (name: string): boolean =>
  /[\\:\0]/.test(name) ||
  name
    .replace(/\/$/, '')
    .split('/')
    .some((part) => ['', '.', '..'].includes(part));
