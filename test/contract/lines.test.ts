/** The line of a unit: which of slot, recipe and driver decides, and what a driver offers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lineChoice, lineFacts, lineOf, lineSettings, lineTable, settingProblems } from '../../app/contract/model.ts';
import { driverNamed, driverNames } from '../../app/device/drivers/index.ts';

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const choices = fc.record({
  baud: optional(fc.integer({ min: 300, max: 4_000_000 })),
  flowControl: optional(fc.constantFrom('none', 'rtscts', 'xonxoff')),
  dtr: optional(fc.constantFrom('on', 'off')),
  rts: optional(fc.constantFrom('on', 'off')),
  pieceBytes: optional(fc.integer({ min: 1, max: 65_536 })),
  gapMs: optional(fc.integer({ min: 0, max: 1000 })),
});

test("a slot's choice comes before the recipe's, and that before the driver's; each says where it is from", () => {
  fc.assert(
    fc.property(fc.constantFrom(...driverNames), choices, choices, (name, recipe, place) => {
      const driver = driverNamed(name);
      const line = lineOf(driver, { recipe: lineChoice.parse(recipe), place: lineChoice.parse(place) });
      assert.deepEqual(lineSettings.parse(line), line, 'it is whole');
      for (const { key, value, from } of lineFacts(driver, { recipe, place } as never)) {
        if (key === 'terminator') continue;
        assert.equal(value, place[key] ?? recipe[key] ?? driver.line[key]);
        assert.equal(line[key], value);
        assert.equal(from, place[key] !== undefined ? 'place' : recipe[key] !== undefined ? 'recipe' : 'driver');
      }
    }),
  );
});

test("a line end that a driver's firmware never takes is not used, whatever a slot says", () => {
  const place = { terminator: 'nul' } as const;
  assert.equal(lineOf(driverNamed('nrf91'), { recipe: {}, place }).terminator, 'nul');
  assert.equal(lineOf(driverNamed('freertos'), { recipe: {}, place }).terminator, 'crlf');
  assert.equal(lineOf(driverNamed('zephyr'), { recipe: { terminator: 'lf' }, place }).terminator, 'lf');
});

for (const name of driverNames) {
  test(`${name}: what it offers for its line is what the schema takes, and its usual line is among it`, () => {
    const { line, terminators } = driverNamed(name);
    const settings = lineTable(line, terminators);
    assert.deepEqual(lineSettings.parse(line), line);
    assert.ok(terminators.includes(line.terminator));
    for (const [key, setting] of Object.entries(settings)) {
      assert.equal(setting.usual, line[key as keyof typeof line]);
      if (setting.kind === 'text') assert.fail('no setting of a line is free text');
      const good = setting.kind === 'number' ? [setting.least, setting.most] : setting.choices;
      const bad = setting.kind === 'number' ? [setting.least - 1, setting.most + 1, 'fast'] : ['none of them'];
      for (const value of good) assert.deepEqual(lineChoice.parse({ [key]: value }), { [key]: value });
      for (const value of bad) {
        assert.equal(lineChoice.safeParse({ [key]: value }).success, false, `${key} ${value}`);
        assert.equal(settingProblems({ name, settings }, { [key]: value }).length, 1);
      }
    }
  });
}
