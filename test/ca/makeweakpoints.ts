/** Writes app/ca/keys/weakpoints.ts; run it after a change of weakscalars.ts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { curves, pointOf, weakScalars } from './weakscalars.ts';

const nameOf = (point: Uint8Array): string => {
  const x = point.subarray(1, (point.length + 1) / 2);
  return Buffer.from(x.subarray(-6)).toString('base64');
};

const lists = curves.map((curve) => {
  const names = weakScalars(curve).map((scalar) => nameOf(pointOf(curve, scalar)));
  return `  '${curve.keyType}':\n    '${[...new Set(names)].sort().join('')}',\n`;
});

const text = `/**
 * Made by test/ca/makeweakpoints.ts out of test/ca/weakscalars.ts, which says what is in it: of each EC key with a small or
 * patterned private half the last six octets of x, as eight characters of base64, in order.
 */
export const weakPoints = {
${lists.join('')}} as const;
`;
writeFileSync(join(import.meta.dirname, '../../app/ca/keys/weakpoints.ts'), text);
