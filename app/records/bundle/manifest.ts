/** What a bundle contains, as its signed list says it. */
import type { ExportScope } from '../../contract/exports.ts';

export const bundleFormat = 'birthmark-bundle/1';
export const manifestName = 'manifest.json';
export const signatureName = 'manifest.sig';

/** More would be none of ours, and would have to be in memory. */
export const mostManifestBytes = 1024 * 1024;

/** The hash of a file is in lower-case hex. */
export type BundleFile = { name: string; bytes: number; sha256: string };
export type Manifest = {
  format: typeof bundleFormat;
  stationId: string;
  scope: ExportScope;
  /** Lines of entries.jsonl. */
  entries: number;
  /** `root` in lower-case hex. */
  checkpoint: { origin: string; size: number; root: string };
  /** The public key of the log, as `verifierKey` gives it. */
  key: string;
  files: readonly BundleFile[];
};

/** The text that is signed. Each file has a line, so that `sed` can make a list for `sha256sum` of it. */
export function manifestText({ files, ...facts }: Manifest): string {
  const file = ({ name, bytes, sha256 }: BundleFile) => `{"name": "${name}", "bytes": ${bytes}, "sha256": "${sha256}"}`;
  const head = Object.entries(facts).map(([name, value]) => `"${name}": ${JSON.stringify(value)},\n`);
  return `{\n${head.join('')}"files": [\n${files.map(file).join(',\n')}\n]\n}\n`;
}

/** Undefined when the text is no manifest. */
export function readManifest(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Manifest;
    const isFile = ({ name, bytes, sha256 }: BundleFile) =>
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$/.test(name) && Number.isInteger(bytes) && /^[0-9a-f]{64}$/.test(sha256);
    const { format, stationId, entries, checkpoint, key, files } = value;
    const isWhole =
      format === bundleFormat &&
      [stationId, key, checkpoint.origin].every((one) => typeof one === 'string') &&
      [entries, checkpoint.size].every((one) => Number.isSafeInteger(one) && one >= 0) &&
      /^[0-9a-f]{64}$/.test(checkpoint.root) &&
      files.every(isFile) &&
      new Set(files.map(({ name }) => name)).size === files.length;
    return isWhole ? value : undefined;
  } catch {
    return undefined;
  }
}
