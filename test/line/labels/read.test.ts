/** What a scan is: badge, order or unit, told apart by rule and by what is on record. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  labelRule,
  plainRules,
  type ScanReading,
  type ScanRules,
  scanReading,
  scanRules,
} from '../../../app/contract/model.ts';
import { type KnownToScan, labelProblem, readScan, readUnit, rulesProblem, unitFrom } from '../../../app/line/index.ts';

const nobody: KnownToScan = { isBadge: false, isOrder: false };
const gs = '\u001d';
const rulesOf = (change: object): ScanRules => scanRules.parse(change);
const gs1 = (change: object = {}) => rulesOf({ unit: { kind: 'gs1', length: { min: 8, max: 8 }, ...change } });
const pattern = (text: string, change: object = {}) => rulesOf({ unit: { kind: 'pattern', pattern: text, ...change } });
const refusalOf = (reading: ScanReading) => (reading.kind === 'unknown' ? reading.error.code : reading.kind);
const unit = (unitSerial: string, more: object = {}) => ({ kind: 'unit', unitSerial, ...more });

describe('plain rules', () => {
  test('a serial is a unit, a badge on record a badge, an order on record an order', () => {
    assert.deepEqual(readScan('SN-1', plainRules, nobody), unit('SN-1'));
    assert.deepEqual(readScan('EN-3001', plainRules, { ...nobody, isBadge: true }), {
      kind: 'badge',
      badge: 'EN-3001',
    });
    assert.deepEqual(readScan('WO-7', plainRules, { ...nobody, isOrder: true }), { kind: 'order', orderId: 'WO-7' });
  });

  test('an AIM identifier is no part of the serial', () => {
    assert.deepEqual(readScan(']C0SN-1', plainRules, nobody), unit('SN-1'));
  });

  test('a GS1 label is not one long serial', () => {
    assert.equal(refusalOf(readScan(']d2010401234500001021ABCDEFGH', plainRules, nobody)), 'scan.unknown');
    assert.equal(refusalOf(readScan(`10LOT${gs}21ABCDEFGH`, plainRules, nobody)), 'scan.unknown');
  });

  test('a badge that its rule refuses is not taken for a unit', () => {
    const rules = rulesOf({ badge: { kind: 'pattern', pattern: 'B(?P<badge>\\d{6})', check: 'luhn' } });
    assert.deepEqual(readScan('B799273', rules, nobody), {
      kind: 'unknown',
      error: { code: 'scan.wrongCheck', detail: 'the check digit (luhn) does not fit', data: { check: 'luhn' } },
    });
  });

  test('characters that no label holds refuse the whole of it', () => {
    for (const text of ['SN\u00001', 'SN\u001b1', 'SN\ufffd1', 'SN\ud8001', '\u0007', 'SN\n1'])
      assert.equal(refusalOf(readScan(text, plainRules, nobody)), 'scan.incomplete', JSON.stringify(text));
    assert.equal(refusalOf(readScan(' \t\r\n', plainRules, nobody)), 'scan.incomplete');
    assert.equal(refusalOf(readScan(']C0', plainRules, nobody)), 'scan.incomplete');
  });
});

describe('pattern rules', () => {
  const parts = '(?P<model>[A-Z]+)/(?P<serial>\\d{8})/(?P<check>\\d)(?:/(?P<lot>L\\d+))?';

  test('parts become serial, model and lot; the check digit is over the serial', () => {
    const rules = pattern(parts, { check: 'luhn' });
    assert.deepEqual(readScan('ACME/12345674/1', rules, nobody), unit('12345674', { model: 'ACME' }));
    assert.deepEqual(readScan('ACME/12345674/1/L9', rules, nobody), unit('12345674', { model: 'ACME', lot: 'L9' }));
    assert.equal(refusalOf(readScan('ACME/12345674/3', rules, nobody)), 'scan.wrongCheck');
    assert.equal(refusalOf(readScan('ACME/12345684/1', rules, nobody)), 'scan.wrongCheck');
  });

  test('the part "checked" says what the check character is over', () => {
    const rules = pattern('(?P<checked>A1(?P<serial>2425GABC1234002))(?P<check>.)', { check: 'mod37-36' });
    assert.deepEqual(readScan('A12425GABC1234002M', rules, nobody), unit('2425GABC1234002'));
    assert.equal(refusalOf(readScan('A12425GABC1234002N', rules, nobody)), 'scan.wrongCheck');
  });

  test('the whole text has to fit, and the length has', () => {
    const rules = pattern('S(?P<serial>[A-Z0-9]+)', { length: { min: 4, max: 6 } });
    assert.deepEqual(readScan('SABCD', rules, nobody), unit('ABCD'));
    assert.equal(refusalOf(readScan('SABC', rules, nobody)), 'scan.wrongLength');
    assert.equal(refusalOf(readScan('SABCDEFG', rules, nobody)), 'scan.wrongLength');
    assert.equal(refusalOf(readScan('xSABCD', rules, nobody)), 'scan.unknown');
    assert.equal(refusalOf(readScan('SABCD SABCD', rules, nobody)), 'scan.unknown');
  });

  test('a serial that no unit may have is refused', () => {
    assert.equal(refusalOf(readScan('a b', pattern('(?P<serial>.*b)'), nobody)), 'unit.badSerial');
    assert.equal(refusalOf(readScan('x'.repeat(4096), pattern('(?P<serial>x+)'), nobody)), 'unit.badSerial');
  });

  test('another model and another order are refused, and name the unit for whoever looks it up', () => {
    const known = { ...nobody, active: { orderId: 'WO-7', model: 'ACME' } };
    const rules = pattern('(?P<order>WO-\\d)/(?P<model>[A-Z]+)/(?P<serial>\\d+)');
    assert.deepEqual(readScan('WO-7/ACME/12', rules, known), unit('12', { model: 'ACME' }));
    const wrongModel = readScan('WO-7/OTHER/12', rules, known);
    assert.ok(wrongModel.kind === 'unknown');
    assert.deepEqual(wrongModel.error.data, { expected: 'ACME', actual: 'OTHER', unitSerial: '12' });
    assert.equal(refusalOf(wrongModel), 'scan.wrongModel');
    assert.equal(refusalOf(readScan('WO-8/ACME/12', rules, known)), 'scan.wrongOrder');
    const any = { ...nobody, active: { orderId: 'WO-7', model: '*' } };
    assert.deepEqual(readScan('WO-7/OTHER/12', rules, any), unit('12', { model: 'OTHER' }));
  });
});

describe('what can be two things', () => {
  const rules = rulesOf({
    badge: { kind: 'pattern', pattern: '[A-Z]{2}-\\d{4}' },
    order: { kind: 'pattern', pattern: 'WO:(?P<order>.+)' },
    unit: { kind: 'pattern', pattern: '(?P<serial>[A-Z]{2}-\\d{4,8})' },
  });

  test('is ambiguous, by rule and by record, and begins no unit', () => {
    const both = readScan('EN-3001', rules, nobody);
    assert.deepEqual(both, { kind: 'ambiguous', readings: [{ kind: 'badge', badge: 'EN-3001' }, unit('EN-3001')] });
    assert.throws(() => unitFrom(both), { code: 'scan.ambiguous' });
    const onRecord = readScan('EN-30012', rules, { ...nobody, isBadge: true });
    assert.equal(onRecord.kind, 'ambiguous');
    assert.deepEqual(readUnit('EN-3001', rules.unit, nobody), unit('EN-3001'));
  });

  test('what only one rule fits is that, and a badge or an order begins no unit', () => {
    assert.deepEqual(readScan('EN-30012', rules, nobody), unit('EN-30012'));
    const order = readScan('WO:WO-7', rules, nobody);
    assert.deepEqual(order, { kind: 'order', orderId: 'WO-7' });
    assert.throws(() => unitFrom(order), { code: 'scan.notUnit' });
    assert.throws(() => unitFrom(readScan('EN-3001', plainRules, { ...nobody, isBadge: true })), {
      code: 'scan.notUnit',
    });
  });
});

describe('GS1', () => {
  const gtin = '04006381333931';
  const full = unit('ABCDEFGH', { gtin, lot: 'L7' });

  test('AIM prefix, FNC1 as GS in any order, and the form with brackets say the same', () => {
    const texts = [
      `]d201${gtin}10L7${gs}21ABCDEFGH`,
      `]C101${gtin}21ABCDEFGH${gs}10L7`,
      `]Q321ABCDEFGH${gs}10L7${gs}01${gtin}`,
      `${gs}01${gtin}21ABCDEFGH${gs}10L7`,
      `01${gtin}21ABCDEFGH${gs}10L7${gs}`,
      `(01)${gtin}(10)L7(21)ABCDEFGH`,
      `]J1(01)${gtin}(21)ABCDEFGH(10)L7`,
      `]e001${gtin}1726123110L7${gs}21ABCDEFGH`,
    ];
    for (const text of texts) assert.deepEqual(readScan(text, gs1(), nobody), full, JSON.stringify(text));
  });

  test('a separator that was lost never makes another unit', () => {
    const lost = [`]d201${gtin}21ABCDEFGH10L7`, `]d201${gtin}10L721ABCDEFGH`, `21ABCDEFGH01${gtin}`];
    for (const text of lost) assert.match(refusalOf(readScan(text, gs1(), nobody)), /^scan\./, text);
  });

  test('a wrong check digit, a missing serial and a damaged element are refused', () => {
    const refused: [string, string][] = [
      [`]d20104006381333932${'21ABCDEFGH'}`, 'scan.wrongCheck'],
      [`]d201${gtin}`, 'scan.unknown'],
      [`]d201${gtin}21`, 'scan.unknown'],
      [`]d201040063813339`, 'scan.unknown'],
      [`]d201${gtin}${gs}${gs}21ABCDEFGH`, 'scan.unknown'],
      [`]d221ABCDEFGH${gs}21ABCDEFGX`, 'scan.unknown'],
      [`]d221ABCDEFGH]d221ABCDEFGH`, 'scan.unknown'],
      [`]d221ABCD EFG`, 'scan.unknown'],
      [`]d221${'A'.repeat(4000)}`, 'scan.unknown'],
      [`]C021ABCDEFGH`, 'scan.unknown'],
      [`]d221ABC`, 'scan.wrongLength'],
      [`(01)${gtin}(21)AB(10)L7`, 'scan.wrongLength'],
    ];
    for (const [text, code] of refused)
      assert.equal(refusalOf(readScan(text, gs1(), nobody)), code, JSON.stringify(text));
  });

  test('the GTIN says the model, whatever its length; another one is refused', () => {
    const rules = gs1({
      gtins: [
        { gtin: '4006381333931', model: 'ACME' },
        { gtin: '036000291452', model: 'OTHER' },
      ],
    });
    const known = { ...nobody, active: { orderId: 'WO-7', model: 'ACME' } };
    const labelOf = (number: string) => `]d201${number}21ABCDEFGH`;
    assert.deepEqual(readScan(labelOf(gtin), rules, known), unit('ABCDEFGH', { model: 'ACME', gtin }));
    assert.equal(refusalOf(readScan(labelOf('00036000291452'), rules, known)), 'scan.wrongModel');
    assert.equal(refusalOf(readScan(labelOf('00012345678905'), rules, known)), 'scan.wrongModel');
    assert.equal(refusalOf(readScan(']d221ABCDEFGH', rules, known)), 'scan.unknown');
  });
});

describe('rules', () => {
  const problem = (change: object) => rulesProblem(rulesOf(change))?.path;
  const ofPattern = (text: string) => ({ kind: 'pattern', pattern: text });

  test('say where they are wrong', () => {
    assert.equal(problem({}), undefined);
    assert.equal(problem({ unit: ofPattern('(?P<serial>[A-Z]+') }), 'unit.pattern');
    assert.equal(problem({ unit: ofPattern('[A-Z]+') }), 'unit.pattern');
    assert.equal(problem({ unit: ofPattern('(?P<serial>[A-Z]+)(?P<colour>x)') }), 'unit.pattern');
    assert.equal(problem({ unit: ofPattern('(?P<serial>[A-Z]*)') }), 'unit.pattern');
    assert.equal(problem({ unit: ofPattern('(?P<serial>(a)\\2)') }), 'unit.pattern');
    assert.equal(problem({ unit: ofPattern('(?P<serial>(a{100}){10}(b{100}){10}(c{100}){10})') }), 'unit.pattern');
    assert.equal(problem({ badge: ofPattern('(') }), 'badge.pattern');
    assert.equal(problem({ badge: ofPattern('(?P<serial>x)') }), 'badge.pattern');
    assert.equal(problem({ order: ofPattern('(?=a)b') }), 'order.pattern');
    const gtins = (...all: string[]) => ({
      unit: { kind: 'gs1', length: { min: 1, max: 9 }, gtins: all.map((gtin) => ({ gtin, model: 'A' })) },
    });
    assert.equal(problem(gtins('4006381333931')), undefined);
    assert.equal(problem(gtins('4006381333932')), 'unit.gtins[0].gtin');
    assert.equal(problem(gtins('4006381333931', '04006381333931')), 'unit.gtins[1].gtin');
  });

  test('a GS1 rule says how long a serial is', () => {
    assert.equal(labelRule.safeParse({ kind: 'gs1' }).success, false);
  });

  /** A backtracking engine would need longer than the universe has; this is a test that ends. */
  test('take linear time, whatever the pattern and the text', () => {
    const hostile = [
      '(?P<serial>(a+)+)b',
      '(?P<serial>(a|aa)+)$c',
      '(?P<serial>(.*)*(.*)*(.*)*)z',
      '(?P<serial>(a?){100}a{100})b',
    ];
    for (const text of hostile) {
      const rules = pattern(text);
      assert.equal(rulesProblem(rules), undefined, text);
      assert.equal(refusalOf(readScan('a'.repeat(4096), rules, nobody)), 'scan.unknown');
    }
  });
});

describe('whatever is scanned', () => {
  const everyRule: ScanRules[] = [
    plainRules,
    gs1(),
    gs1({ length: { min: 1, max: 20 } }),
    pattern('(?P<model>.*)-(?P<serial>.+?)(?P<check>.)', { check: 'mod37-36' }),
    rulesOf({ badge: { kind: 'pattern', pattern: '.{3,6}' }, unit: { kind: 'pattern', pattern: '(?P<serial>.+)' } }),
  ];
  const pieces = fc.constantFrom(
    '(01)',
    '(21)',
    '01',
    '21',
    '10',
    '8',
    gs,
    ']d2',
    ']C0',
    '04006381333931',
    'AB',
    '(',
    ')',
    '\u0000',
    ' ',
    'é',
    '\ud83d\ude00',
    '7230',
    '3103',
    '17261231',
  );
  const hostile = fc.oneof(
    fc.array(pieces, { maxLength: 14 }).map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ minLength: 4000, maxLength: 4096 }),
  );

  test('the answer is one of the contract, and a unit serial stands in the scan as it was read', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.constantFrom(...everyRule),
        fc.boolean(),
        fc.boolean(),
        (text, rules, isBadge, isOrder) => {
          const reading = scanReading.parse(
            JSON.parse(
              JSON.stringify(readScan(text, rules, { isBadge: isBadge && /^[A-Za-z0-9-]{3,32}$/.test(text), isOrder })),
            ),
          );
          const all = reading.kind === 'ambiguous' ? reading.readings : [reading];
          for (const each of all) if (each.kind === 'unit') assert.ok(text.includes(each.unitSerial));
          if (reading.kind === 'ambiguous') assert.ok(reading.readings.length > 1);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a whole GS1 label is read; with any one character lost it is read the same, or refused, or of another serial length', () => {
    const serial = fc.stringMatching(/^[A-Z0-9]{8}$/);
    fc.assert(
      fc.property(serial, fc.stringMatching(/^[A-Z0-9]{1,20}$/), fc.nat(), (unitSerial, lot, at) => {
        const text = `]d20104006381333931${`10${lot}`}${gs}21${unitSerial}`;
        assert.deepEqual(readScan(text, gs1(), nobody), unit(unitSerial, { gtin: '04006381333931', lot }));
        const lost = at % text.length;
        // A lot that lost a character is another lot: nothing in the label tells. The unit stays the same.
        const reading = readScan(text.slice(0, lost) + text.slice(lost + 1), gs1(), nobody);
        if (reading.kind === 'unit') assert.equal(reading.unitSerial, unitSerial);
      }),
    );
  });

  test('rules that are no rules are said to be, and never thrown at whoever wrote them', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ minLength: 1, maxLength: 60 }),
          fc
            .array(fc.constantFrom('(', ')', '?P<serial>', '[', ']', '{1000}', '*', '+', '\\', 'a', '|', '^', '(?i)'), {
              minLength: 1,
              maxLength: 12,
            })
            .map((all) => all.join('')),
        ),
        (text) => {
          const rule = labelRule.parse({ kind: 'pattern', pattern: text });
          const problem = labelProblem(rule);
          if (problem) return assert.equal(problem.path, 'label.pattern');
          readUnit('a'.repeat(300), rule, nobody);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
