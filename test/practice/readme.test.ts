/** The README's table of operations is what the table in the code says. `WRITE_README=1` writes it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-iot';
import { iotNouns, iotRefused, iotTable, type OperationName } from '../../app/practice/aws/iot/table/index.ts';

const file = join(import.meta.dirname, '../../app/practice/aws/README.md');
/** All operations of AWS IoT, as the SDK has them. */
const all = Object.keys(sdk)
  .filter((name) => name.endsWith('Command') && !name.startsWith('$'))
  .map((name) => name.slice(0, -'Command'.length));

const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
const partOf = (name: string): string | undefined => iotTable[name as OperationName].partly;

/** `A`, `B` (why); `C` (another why). Names without a reason are left out. */
function byReason(names: readonly string[], reasonOf: (name: string) => string | undefined, before = ''): string {
  const reasons = [...new Set(names.map(reasonOf))].filter((reason) => reason !== undefined);
  return reasons
    .map((reason) => `${list(names.filter((name) => reasonOf(name) === reason))} (${before}${reason})`)
    .join('; ');
}

function tableText(): string {
  const rows = Object.entries(iotNouns).map(([noun, table]) => {
    const whole = Object.keys(table).filter((name) => partOf(name) === undefined);
    return `| ${noun} | ${list(whole)} | ${byReason(Object.keys(table), partOf, 'without ')} |`;
  });
  const refused = byReason(Object.keys(iotRefused), (name) => iotRefused[name]);
  const others = all.length - Object.keys(iotTable).length - Object.keys(iotRefused).length;
  return [
    '| noun | whole | partly |',
    '|---|---|---|',
    ...rows,
    '',
    `Refused: ${refused}; and the ${others} operations of other nouns (jobs, streams, Device Defender, fleet indexing, …).`,
  ].join('\n');
}

test('the table of operations in the README is the table of the code', () => {
  const text = readFileSync(file, 'utf8');
  const between = /(<!-- operations: [^>]*-->\n)[\s\S]*?(<!-- end of operations -->)/;
  const wanted = text.replace(between, (_, begin: string, end: string) => `${begin}${tableText()}\n${end}`);
  if (process.env.WRITE_README) writeFileSync(file, wanted);
  else assert.equal(text, wanted, 'run it again with WRITE_README=1');
});

test('each operation of the table is one of AWS IoT', () => {
  const named = [...Object.keys(iotTable), ...Object.keys(iotRefused)];
  assert.deepEqual(
    named.filter((name) => !all.includes(name)),
    [],
  );
});
