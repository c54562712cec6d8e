/** Labels at their edges: the last character that is taken, the first that is not, and the reason that is told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StationError } from '../../../app/contract/errors.ts';
import { plainRules, type ScanReading, type ScanRules, scanRules } from '../../../app/contract/model.ts';
import { sentence } from '../../../app/contract/sentences.ts';
import {
  assertRule,
  type KnownToScan,
  lookedUp,
  readScan,
  readUnit,
  rulesProblem,
  shownText,
  unitFrom,
} from '../../../app/line/index.ts';

const nobody: KnownToScan = { isBadge: false, isOrder: false };
const gs = '\u001d';
const rulesOf = (change: object): ScanRules => scanRules.parse(change);
const pattern = (text: string, change: object = {}) => rulesOf({ unit: { kind: 'pattern', pattern: text, ...change } });
const gs1 = (change: object = {}) => rulesOf({ unit: { kind: 'gs1', length: { min: 1, max: 20 }, ...change } });
const unit = (unitSerial: string, more: object = {}) => ({ kind: 'unit', unitSerial, ...more });
/** Code and data of a refusal. */
const why = (reading: ScanReading) => (reading.kind === 'unknown' ? [reading.error.code, reading.error.data] : reading);
const scan = (text: string, rules: ScanRules = plainRules, known: Partial<KnownToScan> = {}) =>
  why(readScan(text, rules, { ...nobody, ...known }));

describe('characters', () => {
  const code = (point: number) => String.fromCodePoint(point);

  test('what no label holds is damage, up to the very next character that one may', () => {
    const damaged = ['scan.incomplete', { reason: 'damaged' }];
    for (const point of [0x00, 0x03, 0x05, 0x1c, 0x1f, 0x7f, 0x9f, 0xfffd, 0xd800, 0xdfff])
      assert.deepEqual(scan(`S${code(point)}1`), damaged, point.toString(16));
    for (const point of [0x20, 0x7e, 0xa0, 0xfffc, 0xd7ff, 0xe000, 0x1e, 0x04, 0x1f600])
      assert.notDeepEqual(scan(`S${code(point)}1`), damaged, point.toString(16));
    assert.deepEqual(scan(`S${gs}1`), ['scan.unknown', { part: 'gs1' }], 'but as the separator of GS1');
    assert.deepEqual(scan(''), ['scan.incomplete', { reason: 'empty' }]);
    assert.deepEqual(why(readUnit('', plainRules.unit, nobody)), ['scan.incomplete', { reason: 'empty' }]);
  });

  test('people are shown what cannot be seen, and not more than fits', () => {
    assert.equal(shownText('\u0000\u001f \u007e\u007f\u009f\u00a0'), '\u2400\u241f \u007e\u2421\u2421\u00a0');
    assert.equal(shownText('x'.repeat(81)), 'x'.repeat(80));
    assert.equal(shownText('abcdef', 3), 'abc');
  });

  test('each AIM identifier is left out; those of GS1 say that it is one', () => {
    for (const identifier of [']C1', ']e0', ']d2', ']Q3', ']J1'])
      assert.deepEqual(scan(`${identifier}SN-1`), ['scan.unknown', { part: 'gs1' }], identifier);
    for (const identifier of [']C0', ']A0', ']d1', ']Q1']) assert.deepEqual(scan(`${identifier}SN-1`), unit('SN-1'));
    assert.equal(lookedUp(' ]C0EN-1 '), 'EN-1');
    assert.equal(lookedUp(']]C0'), ']]C0', 'what is none stays');
  });
});

describe('pattern rules', () => {
  test('a length is from its least to its greatest, both taken, and both are told', () => {
    const rules = pattern('S(?P<serial>[A-Z]*)X?', { length: { min: 2, max: 4 } });
    const wrong = (actual: number) => ['scan.wrongLength', { actual, min: 2, max: 4 }];
    assert.deepEqual(scan('SA', rules), wrong(1));
    assert.deepEqual(scan('SAB', rules), unit('AB'));
    assert.deepEqual(scan('SABCD', rules), unit('ABCD'));
    assert.deepEqual(scan('SABCDE', rules), wrong(5));
    assert.deepEqual(scan('SX', pattern('S(?P<serial>[A-W]*)X')), ['scan.unknown', { part: 'serial' }]);
  });

  test('a label without its check character is refused, though the serial would fit by itself', () => {
    const text = 'S(?P<serial>\\d+)(?:/(?P<check>\\d))?';
    const refused = ['scan.wrongCheck', { check: 'luhn' }];
    assert.deepEqual(scan('S79927398713', pattern(text, { check: 'luhn' })), refused);
    assert.deepEqual(scan('S7992739871/3', pattern(text, { check: 'luhn' })), unit('7992739871'));
    assert.deepEqual(scan('S79927398713', pattern(text)), unit('79927398713'), 'no check is asked for');
    assert.deepEqual(scan('S79927398713', pattern('S(?P<serial>\\d+)', { check: 'luhn' })), unit('79927398713'));
  });

  test('a badge and an order are the whole text, or their part of it, and nothing else of it is a unit’s', () => {
    const rules = rulesOf({
      badge: { kind: 'pattern', pattern: 'B(?P<badge>.+)' },
      order: { kind: 'pattern', pattern: 'W.+' },
    });
    assert.deepEqual(scan('BEN-1', rules), { kind: 'badge', badge: 'EN-1' });
    assert.deepEqual(scan('WO-1', rules), { kind: 'order', orderId: 'WO-1' });
    assert.deepEqual(scan('BE', rules), ['scan.unknown', { part: 'badge' }], 'no badge number');
    assert.deepEqual(scan(`W${'O'.repeat(200)}`, rules), ['scan.unknown', { part: 'order' }], 'no order number');
  });

  test('what is on record stays what it is when a rule refuses it, and is what the rule reads when it does not', () => {
    const rules = rulesOf({
      badge: { kind: 'pattern', pattern: 'B(?P<badge>\\d+)', check: 'luhn' },
      order: { kind: 'pattern', pattern: 'W(?P<order>\\d+)', check: 'luhn' },
      unit: { kind: 'pattern', pattern: 'S(?P<serial>.+)' },
    });
    assert.deepEqual(scan('B799273', rules, { isBadge: true }), { kind: 'badge', badge: 'B799273' });
    assert.deepEqual(scan('B79927398713', rules, { isBadge: true }), { kind: 'badge', badge: '79927398713' });
    assert.deepEqual(scan('W799273', rules, { isOrder: true }), { kind: 'order', orderId: 'W799273' });
    assert.deepEqual(scan('W79927398713', rules, { isOrder: true }), { kind: 'order', orderId: '79927398713' });
    assert.deepEqual(scan('W799273', rules), ['scan.wrongCheck', { check: 'luhn' }]);
    assert.deepEqual(scan('X1', rules), ['scan.unknown', undefined], 'no rule fits it');
  });

  test('of another order: which one is made, and which unit it would be', () => {
    const rules = pattern('(?P<order>\\w+)/(?P<serial>\\d+)/(?P<lot>L?)');
    const known = { active: { orderId: 'W7', model: 'ACME' } };
    const other = { expected: 'W7', actual: 'W8', unitSerial: '12' };
    assert.deepEqual(scan('W8/12/', rules, known), ['scan.wrongOrder', other]);
    assert.deepEqual(scan('W7/12/L', rules, known), unit('12', { lot: 'L' }));
    assert.deepEqual(scan('W8/12/', rules), unit('12'), 'nothing is made now');
  });

  test('what is read is a unit, or says what it is instead', () => {
    const unknown = readScan('', plainRules, nobody);
    assert.throws(() => unitFrom(unknown), { code: 'scan.incomplete', data: { reason: 'empty' } });
    const badge = readScan('EN-1', plainRules, { ...nobody, isBadge: true });
    assert.throws(() => unitFrom(badge), { code: 'scan.notUnit', data: { kind: 'badge' } });
    const both = readScan('EN-1', plainRules, { isBadge: true, isOrder: true });
    assert.throws(() => unitFrom(both), { code: 'scan.ambiguous', data: { kinds: 'badge,order' } });
    assert.deepEqual(unitFrom(readScan('SN-1', plainRules, nobody)), unit('SN-1'));
  });

  test('a pattern may be so large and no larger', () => {
    const sized = (count: number) => rulesProblem(pattern(`(?P<serial>a{1000}b{${count}})`));
    assert.equal(sized(996), undefined);
    assert.equal(sized(997)?.message, 'the pattern is too large');
  });
});

describe('GS1', () => {
  const gtin = '04006381333931';
  const part = (name: string) => ['scan.unknown', { part: name }];

  test('a serial and a lot have twenty characters at most; more means that a separator is missing', () => {
    const twenty = 'A'.repeat(20);
    assert.deepEqual(scan(`]d221${twenty}`, gs1()), unit(twenty));
    assert.deepEqual(scan(`]d210${twenty}${gs}21A`, gs1()), unit('A', { lot: twenty }));
    assert.deepEqual(scan(`]d210${twenty}A${gs}21A`, gs1()), part('gs1'));
    assert.deepEqual(scan(`]d221${twenty}A`, gs1()), part('gs1'));
  });

  test('one that is marked as GS1 and cannot be read says so; what is not marked is only no label of the rule', () => {
    for (const text of [']d2HELLO', `${gs}HELLO`, '(HELLO', `${gs}`, ']d2]d221AB', `]d221AB${gs}${gs}10L`, ']d221A B'])
      assert.deepEqual(scan(text, gs1()), part('gs1'), JSON.stringify(text));
    for (const text of ['HELLO', ']C021AB']) assert.deepEqual(scan(text, gs1()), ['scan.unknown', undefined], text);
    assert.deepEqual(scan(`]d201${gtin}`, gs1()), part('21'));
    assert.deepEqual(scan(`]d221AB`, gs1({ gtins: [{ gtin: '4006381333931', model: 'ACME' }] })), part('01'));
  });

  test('an element that is there twice is one if it says the same', () => {
    assert.deepEqual(scan(`]d221AB${gs}21AB`, gs1()), unit('AB'));
    assert.deepEqual(scan(`]d221AB${gs}21AC`, gs1()), part('gs1'));
  });

  test('a GTIN is looked at also where the rule names none, and the one that is wrong is told', () => {
    assert.deepEqual(scan(`]d20104006381333932${'21AB'}`, gs1()), [
      'scan.wrongCheck',
      { check: 'mod10', gtin: '04006381333932' },
    ]);
    const rules = gs1({ gtins: [{ gtin: '4006381333931', model: 'ACME' }] });
    assert.deepEqual(scan(`]d201${gtin}21AB`, rules), unit('AB', { gtin, model: 'ACME' }));
    assert.deepEqual(scan(']d2010003600029145221AB', rules), ['scan.wrongModel', { actual: '00036000291452' }]);
    const length = gs1({ length: { min: 3, max: 3 } });
    assert.deepEqual(scan(']d221AB', length), ['scan.wrongLength', { actual: 2, min: 3, max: 3 }]);
  });
});

describe('rules', () => {
  const gtins = (...all: string[]) => rulesProblem(gs1({ gtins: all.map((gtin) => ({ gtin, model: 'A' })) }));

  test('the first wrong GTIN and the second of a pair are named', () => {
    const [good, other] = ['4006381333931', '036000291452'];
    assert.equal(gtins(good, other), undefined);
    assert.equal(gtins(good, '4006381333932')?.path, 'unit.gtins[1].gtin');
    assert.equal(gtins(good, other, `0${other}`)?.path, 'unit.gtins[2].gtin');
    assert.equal(gtins(), undefined);
  });

  test('a rule that cannot be used is refused with its place', () => {
    assertRule(undefined);
    const problem = { path: 'unit.pattern', ...sentence('patternLarge') };
    assert.throws(
      () => assertRule(problem),
      (thrown) =>
        thrown instanceof StationError && thrown.code === 'scan.badRule' && thrown.data?.path === problem.path,
    );
    assert.match(rulesProblem(pattern('(?P<serial>A?)'))?.message ?? '', /fits an empty text/);
    assert.match(rulesProblem(pattern('(?P<serial>A)(?P<colour>B)'))?.message ?? '', /"colour" is not known/);
    assert.match(rulesProblem(pattern('A'))?.message ?? '', /no part is the unit serial/);
    assert.match(rulesProblem(pattern('('))?.message ?? '', /not a pattern of RE2/);
  });
});
