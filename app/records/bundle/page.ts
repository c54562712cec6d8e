/** The page in a bundle: what the bundle is, and how to check it without this program. */
import type { ExportScope } from '../../contract/exports.ts';

type Facts = {
  stationId: string;
  scope: ExportScope;
  entries: number;
  size: number;
  key: string;
  hasOwnProofs: boolean;
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const scopeWords: Record<keyof ExportScope, string> = {
  from: 'from',
  to: 'before',
  orderId: 'of order',
  batchId: 'of batch',
  unitSerial: 'of unit',
  operator: 'by',
};

const step = (commands: string): string => `<pre class="step">${escaped(commands)}</pre>`;

const signatureStep =
  'openssl pkeyutl -verify -pubin -inkey log.pub.pem -rawin -in manifest.json -sigfile manifest.sig';
const filesStep = String.raw`sed -n 's/^{"name": "\(.*\)", "bytes": .*, "sha256": "\(.*\)"}.*$/\2  \1/p' manifest.json | sha256sum -c -`;
const keyStep = String.raw`{ printf '\001'; openssl pkey -pubin -in log.pub.pem -outform DER | tail -c 32; } | base64`;
const checkpointStep = `work=$(mktemp -d)
head -n 3 checkpoint > "$work/body"
sed -n '5s/^.* //p' checkpoint | base64 -d | tail -c 64 > "$work/signature"
openssl pkeyutl -verify -pubin -inkey log.pub.pem -rawin -in "$work/body" -sigfile "$work/signature"`;
const entryStep = String.raw`line=1
node() { printf '01%s%s' "$1" "$2" | tr a-f A-F | basenc --base16 -d | sha256sum | cut -c 1-64; }
hash=$({ printf '\000'; sed -n "$line"p entries.jsonl | tr -d '\n'; } | sha256sum | cut -c 1-64)
place=$(sed -n "$line"p inclusion.jsonl | sed 's/^{"index":\([0-9]*\),.*/\1/')
last=$(($(sed -n 2p checkpoint) - 1))
for other in $(sed -n "$line"p inclusion.jsonl | grep -o '[0-9a-f]\{64\}'); do
  if [ $((place % 2)) = 1 ] || [ "$place" = "$last" ]; then
    hash=$(node "$other" "$hash")
    while [ $((place % 2)) = 0 ] && [ "$place" != 0 ]; do place=$((place / 2)); last=$((last / 2)); done
  else
    hash=$(node "$hash" "$other")
  fi
  place=$((place / 2)); last=$((last / 2))
done
root=$(sed -n 3p checkpoint | base64 -d | basenc --base16 -w 0 | tr A-F a-f)
if [ "$hash" = "$root" ]; then echo "line $line is in the log"; else echo "line $line is NOT in the log"; exit 1; fi`;

/** The text of README.html. */
export function bundlePage({ stationId, scope, entries, size, key, hasOwnProofs }: Facts): string {
  const chosen = Object.entries(scope).map(([name, value]) => `${scopeWords[name as keyof ExportScope]} ${value}`);
  const what = chosen.length === 0 ? 'all entries' : `the entries ${chosen.join(', ')}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Entries of a Birthmark station, with their proofs</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
pre { background: #f3f3f1; padding: 0.8rem; overflow-x: auto; }
td { vertical-align: top; padding-right: 1rem; }
</style>
<h1>Entries of a Birthmark station, with their proofs</h1>
<p>This bundle has ${escaped(what)} of station <code>${escaped(stationId)}</code>: ${entries} entries. The log had ${size}
leaves when the bundle was made. The other leaves are here as hashes only.</p>
<p>The log is a Merkle tree (RFC 6962). Its head, the checkpoint, is signed with the key of the station's log:</p>
<pre>${escaped(key)}</pre>
<p><strong>Compare this key with the one that you have from the station.</strong> A bundle that anyone else made and signed
would be sound in itself, and have another key.</p>
<h2>The files</h2>
<table>
<tr><td>entries.jsonl<td>the entries, one a line; each line is exactly what the log has the hash of
<tr><td>proof.txt<td>the hashes of all other leaves: with the entries they give the root in the checkpoint
<tr><td>inclusion.jsonl<td>a proof for each entry by itself, for up to 10,000 entries
<tr><td>rows.jsonl<td>what the entries of kind “row” state, e.g. the certificate of a unit
<tr><td>checkpoint<td>the signed head of the log (c2sp.org/tlog-checkpoint)
<tr><td>consistency.jsonl<td>earlier checkpoints, and the proofs that the log only grew since then
<tr><td>log.pub.pem<td>the public key
<tr><td>manifest.json, manifest.sig<td>the list of the files with their hashes, and its signature (Ed25519)
<tr><td>verify.py<td>the check as one file of Python 3, without any package
</table>
<h2>Check it by a program</h2>
<pre>python3 verify.py --key '${escaped(key)}'</pre>
<p>Take <code>verify.py</code> from a place that you trust: one in a forged bundle may say anything. Where Birthmark is
installed, <code>birthmark audit verify FILE</code> makes the same check.</p>
<h2>Check it by hand</h2>
<p>With OpenSSL 3 and the GNU core utilities, in the folder of this page. First the signature of the list, then the hash of
each file in it:</p>
${step(signatureStep)}
${step(filesStep)}
<p>The public key, in the form in which it is the end of the text above:</p>
${step(keyStep)}
<p>The signature of the checkpoint:</p>
${step(checkpointStep)}
${
  hasOwnProofs
    ? `<p>One entry, here that of the first line: its hash and the hashes of its proof give the root of the checkpoint.</p>
${step(entryStep)}`
    : ''
}
</html>
`;
}
