/** GS1 element strings, with the application identifiers of the GS1 General Specifications. A library splits them. */
import { parseBarcode } from 'gs1-barcode-parser-mod';
import type { Gs1Rule } from '../../contract/model.ts';
import { checkFits } from './check.ts';
import { type Found, lengthProblem, refusal } from './found.ts';
import type { Parts } from './pattern.ts';
import { groupSeparator, type ScanBody } from './text.ts';

const ai = { gtin: '01', lot: '10', serial: '21' } as const;
/** GS1 General Specifications, 3: X..20. */
const longestText = 20;
/** The characters that an element may hold: GS1's set 82. */
const set82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/;

export type Gs1Parts = Parts & { gtin?: string };

/**
 * What the label says by the rule. `undefined` when it is not a GS1 label.
 * @throws `scan.*`
 */
export function matchGs1(rule: Gs1Rule, { body, gs1 }: ScanBody): Found<Gs1Parts> {
  if (gs1 === 'no') return undefined;
  const marked = gs1 === 'yes' || body.startsWith(groupSeparator) || body.startsWith('(');
  const elements = elementsOf(body);
  if (typeof elements === 'string') {
    return marked ? refusal('scan.unknown', `this GS1 label cannot be read: ${elements}`, { part: 'gs1' }) : undefined;
  }
  const [serial, gtin, lot] = [elements.get(ai.serial), elements.get(ai.gtin), elements.get(ai.lot)];
  if (serial === undefined) return refusal('scan.unknown', 'the label has no serial: (21) is missing', { part: '21' });
  return lengthProblem(serial, rule.length) ?? gtinProblem(rule, gtin) ?? found(rule, serial, gtin, lot);
}

function found({ gtins }: Gs1Rule, serial: string, gtin: string | undefined, lot: string | undefined) {
  const model = gtins.find((known) => sameGtin(known.gtin, gtin))?.model;
  const reading: Gs1Parts = { value: serial };
  if (model !== undefined) reading.model = model;
  if (gtin !== undefined) reading.gtin = gtin;
  if (lot !== undefined) reading.lot = lot;
  return { reading };
}

function gtinProblem({ gtins }: Gs1Rule, gtin: string | undefined) {
  if (gtin !== undefined && !checkFits('mod10', gtin))
    return refusal('scan.wrongCheck', `the check digit of the GTIN ${gtin} does not fit`, { check: 'mod10', gtin });
  if (gtins.length === 0) return undefined;
  if (gtin === undefined) return refusal('scan.unknown', 'the label has no GTIN: (01) is missing', { part: '01' });
  if (gtins.some((known) => sameGtin(known.gtin, gtin))) return undefined;
  return refusal('scan.wrongModel', `the GTIN ${gtin} is none of the rule's`, { actual: gtin });
}

/** GTINs of 8, 12 and 13 digits equal GTINs of 14 digits with leading zeros. */
const sameGtin = (known: string, gtin: string | undefined): boolean => known.padStart(14, '0') === gtin;

/** The data by application identifier, or what is wrong. */
function elementsOf(body: string): Map<string, string> | string {
  // Some scanners send FNC1 in the first place, and after the last element.
  const text = body.replace(/^\u001d+/, '').replace(/\u001d+$/, '');
  // A second identifier, or a separator without data, means two scans in one or a damaged scan.
  if (text === '' || text.startsWith(']') || text.includes(groupSeparator.repeat(2))) return 'it is not whole';
  const elements = new Map<string, string>();
  try {
    for (const { ai: name, raw } of parseBarcode(text).parsedCodeItems) {
      const before = elements.get(name);
      if (before !== undefined && before !== raw) return `(${name}) is in it twice, and not the same`;
      elements.set(name, raw);
    }
  } catch (thrown) {
    // The library throws a string. Any other error in hostile text means the same.
    return typeof thrown === 'string' ? thrown : 'it is not made of application identifiers';
  }
  return problemOf(elements) ?? elements;
}

function problemOf(elements: Map<string, string>): string | undefined {
  for (const [name, data] of elements) if (!set82.test(data)) return `(${name}) holds what GS1 does not allow`;
  const gtin = elements.get(ai.gtin);
  if (gtin !== undefined && !/^\d{14}$/.test(gtin)) return '(01) is not 14 digits';
  for (const name of [ai.lot, ai.serial])
    if ((elements.get(name) ?? '').length > longestText)
      return `(${name}) is longer than ${longestText} characters: a separator is missing`;
  return undefined;
}
