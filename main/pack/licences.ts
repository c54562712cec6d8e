/** The licences of everything shipped, in one text. A missing or unknown licence is refused. */
import { createRequire } from 'node:module';
import type { Shipped } from './shipped.ts';

const satisfies = createRequire(import.meta.url)('spdx-satisfies') as (
  expression: string,
  approved: string[],
) => boolean;

/** Licences that may be handed on with a program of any licence, as long as their text is included. */
const approved = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'OFL-1.1'];

/** Packages of one repository in which only some contain the licence file. */
const sameRepository: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-http': '@aws-sdk/client-s3',
  '@aws-sdk/credential-provider-login': '@aws-sdk/client-s3',
  '@aws-sdk/nested-clients': '@aws-sdk/client-s3',
};

/** Packages that say MIT and contain no text, with their authors as their package.json names them. */
const mitBy: Readonly<Record<string, string>> = {
  'abstract-logging': 'James Sumners',
  brotli: 'Devon Govett',
  dfa: 'Devon Govett',
  fontkit: 'Devon Govett',
  'pg-types': 'Brian M. Carlson',
  pgpass: 'Hannes Hörl',
};

const mit = (author: string) => `MIT License

Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

function textFor({ name, text, licence }: Shipped, all: readonly Shipped[]): string | undefined {
  if (text !== undefined) return text;
  const sibling = all.find((other) => other.name === sameRepository[name]);
  if (sibling?.licence === licence && sibling?.text !== undefined) return sibling.text;
  const author = mitBy[name];
  return author !== undefined && licence === 'MIT' ? mit(author) : undefined;
}

const isApproved = (licence: string): boolean => {
  try {
    return satisfies(licence, approved);
  } catch {
    // Not an SPDX expression.
    return false;
  }
};

/** Reasons that keep packages from being handed on, one line each. Empty when there are none. */
export function licenceFaults(shipped: readonly Shipped[]): string[] {
  return shipped.flatMap((one) => {
    const name = `${one.name} ${one.version}`;
    if (one.licence === undefined) return [`${name} names no licence`];
    if (!isApproved(one.licence)) return [`${name} has the licence ${one.licence}, which is not among the approved`];
    return textFor(one, shipped) === undefined ? [`${name} (${one.licence}) brings no licence text`] : [];
  });
}

const rule = '='.repeat(80);

/**
 * The text that goes along with the program.
 * @throws Error – names every package that may not be handed on as it is
 */
export function licencesText(shipped: readonly Shipped[]): string {
  const faults = licenceFaults(shipped);
  if (faults.length > 0) throw new Error(`Licences (main/pack/licences.ts):\n${faults.join('\n')}`);
  const head = `Birthmark contains the work of others. Each part, its licence and its text follow.
The notices of Chromium, which Electron contains, are in LICENSES.chromium.html beside the program.`;
  const parts = shipped.map(
    (one) => `${rule}\n${one.name} ${one.version} (${one.licence})\n${rule}\n\n${textFor(one, shipped)}\n`,
  );
  return [head, ...parts].join('\n\n');
}
