/** What the screens of the line work out by themselves: differences, conversations, chains, settings. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { recipeFile } from '../../app/contract/model.ts';
import { driverNamed, driverNames } from '../../app/device/drivers/index.ts';
import { driverFactsOf } from '../../app/station/recipes/driversettings.ts';
import { clockOf, fileName, fileText, findLines, piecesOf } from '../../renderer/conversation/lines.ts';
import { lineOf, placesOf } from '../../renderer/profiles/lines.ts';
import { diffOf, hunksOf, isChanged } from '../../renderer/recipes/diff.ts';
import { placeOf } from '../../renderer/recipes/place.ts';
import { byName, firstText, inUse } from '../../renderer/recipes/starter.ts';
import { hrefTo, parseRoute } from '../../renderer/route.ts';
import { settingsFor, usbIds, usbPlace, withSetting } from '../../renderer/station/drivers.ts';
import { chainOf, flowsOf } from '../../renderer/units/flow.ts';
import { blocksOf } from '../../renderer/units/journal.ts';
import { firstRecipes, reworkedStory, transcriptOf } from './fakeline.ts';
import { people, stationStatus, storyOf } from './fixtures.ts';

const someText = fc.array(fc.constantFrom('{', '}', '"a": 1', '"b": 2', '"c": 3'), { minLength: 1, maxLength: 12 });

describe('differences of two texts', () => {
  test('what is the same and gone is the old text, what is the same and new is the new one', () => {
    fc.assert(
      fc.property(someText, someText, (before, after) => {
        const lines = diffOf(before.join('\n'), after.join('\n'));
        const without = (kind: string) => lines.filter((line) => line.kind !== kind).map(({ text }) => text);
        assert.deepEqual(without('new'), before);
        assert.deepEqual(without('gone'), after);
        assert.equal(isChanged(lines), before.join() !== after.join());
      }),
    );
  });

  test('no more lines are told as changed than need be', () => {
    const kinds = diffOf('a\nb\nc\nd', 'a\nx\nc\nd').map(({ kind }) => kind);
    assert.deepEqual(kinds, ['same', 'gone', 'new', 'same', 'same']);
  });

  test('long runs without a change are counted, none is lost', () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const after = before.map((line, index) => (index === 15 ? 'another' : line));
    const hunks = hunksOf(diffOf(before.join('\n'), after.join('\n')));
    assert.deepEqual(hunks[0], { kind: 'skipped', count: 13 });
    assert.deepEqual(hunks.at(-1), { kind: 'skipped', count: 12 });
    assert.ok(hunks.length <= 8);
  });
});

describe('recipes', () => {
  test('a first recipe is one that the station takes', () => {
    const recipe = recipeFile.parse(JSON.parse(firstText(stationStatus(), 'aws-iot-device')));
    assert.equal(recipe.config.endpoint, stationStatus().device.endpoint);
  });

  test('versions stand under their name, the newest first; one of them is in use', () => {
    const [gate, sense] = byName(firstRecipes());
    assert.equal(gate?.name, 'gate-1');
    assert.deepEqual(
      sense?.versions.map(({ version }) => version),
      [4, 3, 2],
    );
    assert.equal(inUse(sense?.versions ?? [])?.version, 3);
    assert.equal(inUse([]), undefined);
  });

  test('a mistake in a list points at its line', () => {
    const text = JSON.stringify({ name: 'a', usb: [{ vendorId: '0483' }, { vendorId: 'x' }] }, null, 2);
    assert.equal(lineOf(placesOf(text), placeOf('usb.1.vendorId')), 8);
    assert.equal(placeOf('config.thingName'), 'config.thingName');
  });
});

describe('a conversation', () => {
  const talk = transcriptOf('A/B:1', 2, 14);

  test('time is counted from the beginning', () => {
    assert.deepEqual([0, 999.6, 61_005, 3_600_000].map(clockOf), ['0:00.000', '0:01.000', '1:01.005', '60:00.000']);
  });

  test('its file has every line with its direction, under a name that any disk takes', () => {
    const lines = fileText(talk).split('\n');
    assert.equal(lines.length, 3 + talk.lines.length + 1 + 1);
    assert.equal(lines[3], '0:00.000 > AT+CGSN\\r\\n');
    assert.match(lines[4] ?? '', /^0:00\.017 < 351358811124723/);
    assert.match(lines[0] ?? '', /A\/B:1, attempt 2.*the middle left out/);
    assert.equal(lines[13], '# about 2048 bytes left out here');
    assert.match(lines[16] ?? '', /# the port was gone$/);
    assert.equal(fileName(talk), 'A_B_1-attempt-2.txt');
  });

  test('what is looked for is found whatever its case, and marked without losing a letter', () => {
    assert.deepEqual(findLines(talk.lines, 'KeyGen'), [6, 7]);
    assert.deepEqual(findLines(talk.lines, ''), []);
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 3 }), (text, wanted) => {
        const pieces = piecesOf(text, wanted);
        assert.equal(pieces.map((piece) => piece.text).join(''), text);
        for (const piece of pieces) if (piece.hit) assert.equal(piece.text.toLowerCase(), wanted.toLowerCase());
      }),
    );
    assert.equal(piecesOf('abcABC', 'B').filter(({ hit }) => hit).length, 2);
  });

  test('its address is that of its unit, with any unit serial', () => {
    const conversation = { attempt: 0, startedAt: '2026-11-20T13:05:09.000Z' };
    assert.deepEqual(parseRoute(hrefTo.conversation('A/B:1', conversation)), {
      screen: 'unit',
      id: 'A/B:1',
      conversation,
    });
    assert.deepEqual(parseRoute(hrefTo.unit('A/B:1')), { screen: 'unit', id: 'A/B:1' });
    assert.deepEqual(parseRoute(hrefTo.unit('A/conversation/2/3')), { screen: 'unit', id: 'A/conversation/2/3' });
  });
});

describe('a unit that came back', () => {
  const unit = reworkedStory('BM-26-0001');

  test('its certificates are a chain, the newest first', () => {
    const chain = chainOf(unit.certificates).map(({ serialHex }) => serialHex.slice(0, 4));
    assert.deepEqual(chain, ['2222', '1111', '4f1c']);
  });

  test('rework and scrap are offered to the line only, and only where they make sense', () => {
    const { operator, qa } = people;
    assert.deepEqual(flowsOf(unit, operator, false), ['rework', 'scrap']);
    assert.deepEqual(flowsOf(unit, qa, false), []);
    assert.deepEqual(flowsOf(unit, operator, true), [], 'not while it is on the bench');
    assert.deepEqual(flowsOf({ ...unit, state: 'scrapped' }, operator, false), []);
    assert.deepEqual(flowsOf({ ...unit, state: 'failed' }, operator, false), ['scrap']);
    assert.deepEqual(flowsOf({ ...unit, certificates: [] }, operator, false), ['scrap'], 'nothing to supersede');
  });

  test('the story is told in the order of time, whatever belongs to no attempt', () => {
    const blocks = blocksOf(unit.journal).map(({ attempt, first }) => [attempt, first]);
    assert.deepEqual(blocks, [
      [0, true],
      [1, false],
      [2, false],
      [0, false],
      [2, false],
      [3, false],
    ]);
    assert.equal(blocksOf(storyOf('X').journal).flatMap(({ entries }) => entries).length, storyOf('X').journal.length);
  });
});

describe('settings of a driver', () => {
  const facts = driverNames.map(driverNamed).map(driverFactsOf);

  test('an empty one is left to the driver; another driver keeps none that it does not read', () => {
    const [number, text] = [{ kind: 'number' }, { kind: 'choice' }] as const;
    assert.deepEqual(withSetting(undefined, 'secTag', number, '42'), { secTag: 42 });
    assert.equal(withSetting({ secTag: 42 }, 'secTag', number, ''), undefined);
    assert.deepEqual(withSetting({ secTag: 42 }, 'shell', text, 'at'), { secTag: 42, shell: 'at' });
    assert.deepEqual(settingsFor(facts, 'zephyr', { secTag: 42, shell: 'at' }), { secTag: 42 });
    assert.equal(settingsFor(facts, 'agent', { secTag: 42 }), undefined);
    assert.equal(settingsFor(facts, 'one-to-come', { secTag: 42 }), undefined);
  });

  test('a port is known by its place and its ids', () => {
    assert.equal(usbPlace({ usbLocation: 'pci-0000:00:14.0-usb-0:1.4:1.0-port0' }), '1.4');
    assert.equal(usbPlace({ usbLocation: 'pci-0000:00:14.0-usbv2-0:2:1.0' }), '2');
    assert.equal(usbPlace({ usbLocation: '14200000' }), '14200000');
    assert.equal(usbPlace({}), undefined);
    assert.equal(usbIds({ vendorId: '0403', productId: '6001' }), '0403:6001');
    assert.equal(usbIds({ productId: '6001' }), undefined);
  });
});
