/** A device connects at the bench: the button, the sentence read from afar, and what the slot and the story show of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HomeCallView, type PhaseResult, phasesUntil, type Slot } from '../../app/contract/index.ts';
import { axe, goTo, type Look, measureBench, settled, shoot, soon } from './browser.ts';
import { benchOf, now, people, practiceOf, slotIn } from './fixtures.ts';
import { label, looks } from './looks.ts';
import { stage } from './stage.ts';

const { fake } = stage;

const came = {
  startedAt: now,
  host: 'a1b2c3d4e5f6g7-ats.iot.eu-central-1.amazonaws.com',
  port: 8883,
  topic: 'birthmark/BM',
};
const done = (phases: PhaseResult[]): PhaseResult[] =>
  phases.map((each, index) => (each.state === 'ok' ? { ...each, ms: 3 + index * 40 } : each));
const connection = (state: HomeCallView['state'], phases: PhaseResult[]): HomeCallView => {
  return { ...came, clientId: 'BM-26-4101', tries: 2, state, phases: done(phases) };
};
const refused: PhaseResult[] = phasesUntil('policy').map((each) =>
  each.phase === 'policy'
    ? { ...each, state: 'failed', fault: 'lost', reason: 'the server closed the connection' }
    : each,
);
const all: PhaseResult[] = phasesUntil('policy').map((each) => ({ ...each, state: 'ok' }));

/** Asked, under way, connected, not connected, and one that never came so far. */
function slotsOf(count: number): Slot[] {
  const passed = (slotId: number) => slotIn('PASS', slotId);
  const kinds: ((slotId: number) => Slot)[] = [
    (id) => ({ ...passed(id), mayConnect: true }),
    (id) => ({ ...passed(id), ask: 'wait', homeCall: connection('running', phasesUntil('tls')) }),
    (id) => ({ ...passed(id), mayConnect: true, homeCall: connection('connected', all) }),
    (id) => ({ ...passed(id), mayConnect: true, homeCall: connection('notConnected', refused) }),
  ];
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length]!(index + 1));
}

const german: Look = { theme: 'light', width: 1280, height: 800, locale: 'de-DE' };
for (const look of [...looks, german])
  test(`a unit that connects at ${label(look)} ${look.locale ?? ''}: nothing is cut off, and the sentence says it`, async (t) => {
    fake().signIn(people.operator);
    await stage.onPage(
      t,
      async (page) => {
        for (const count of [4, 8, 32]) {
          fake().show({
            'bench.changed': { ...benchOf(count), slots: slotsOf(count) },
            'practice.changed': practiceOf(count),
          });
          await page.waitForFunction(
            (wanted) => document.querySelectorAll('.tile[data-state=PASS]').length === wanted,
            count,
          );
          await settled(page);
          const { overflows, overlaps, scrolls, smallTargets, asks } = await measureBench(page);
          assert.deepEqual([overflows, overlaps, scrolls, smallTargets], [[], [], [], []], `${count}`);
          assert.ok(
            asks.every(({ whole }) => whole),
            JSON.stringify(asks),
          );
          await shoot(page, `homecall-${count}-${label(look)}-${look.locale ?? 'en'}`);
        }
        assert.deepEqual(await axe(page), []);
      },
      look,
    );
  });

test('a press makes it connect; QA has no such button; the slot shows each phase and what helps', async (t) => {
  fake().signIn(people.operator);
  fake().show({ 'bench.changed': { ...benchOf(4), slots: slotsOf(4) }, 'practice.changed': practiceOf(4) });
  await stage.onPage(t, async (page) => {
    const buttons = page.getByRole('button', { name: 'Connect now' });
    const answered = page.waitForResponse(
      (response) => response.request().postData()?.includes('bench.connect') ?? false,
    );
    await buttons.first().click();
    await answered;
    assert.deepEqual(fake().calls.findLast(({ method }) => method === 'bench.connect')?.params, { slotId: 1 });
    await soon(async () => assert.equal(await buttons.count(), 3, 'not while it connects'));
    const text = (slot: number) =>
      page
        .locator('.tile')
        .nth(slot - 1)
        .innerText();
    assert.match(await text(2), /It connects: TLS/);
    assert.match(await text(3), /CONNECTED\. Unplug the unit in slot 3/);
    assert.match(await text(4), /The PASS stands, the trial connection failed \(Policy\)\. Unplug slot 4/);
    await page.getByRole('button', { name: /^Slot 4: PASS/ }).click();
    const facts = page.getByRole('dialog');
    await soon(async () =>
      assert.deepEqual(
        (await facts.locator('.call-phase-name').allInnerTexts()).join(),
        'DNS,TCP,TLS,CONNECT,Publish,Policy',
      ),
    );
    await soon(async () => assert.match(await facts.innerText(), /lost: the server closed the connection/));
    await soon(async () =>
      assert.match(await facts.innerText(), /A policy must allow iot:Publish on the topic of the unit\./),
    );
    await shoot(page, 'homecall-facts');
    await page.keyboard.press('Escape');
    fake().signIn(people.qa);
    await buttons.first().waitFor({ state: 'detached' });
  });
});

test('the page of a unit says whether it would connect, and what helps', async (t) => {
  fake().signIn(people.qa);
  await stage.onPage(
    t,
    async (page) => {
      await goTo(page, '#/units/BM-26-4101');
      const card = page.locator('section.card', { hasText: 'Würde es sich verbinden?' });
      await card.getByRole('button', { name: 'Jetzt prüfen' }).click();
      await card.getByText('Es würde sich nicht verbinden.').waitFor();
      const text = await card.innerText();
      assert.match(text, /Als BM-26-4101 an main/);
      assert.match(text, /Erlauben Sie es in der Richtlinie/);
      assert.doesNotMatch(text, /Nehmen Sie den Endpunkt/, 'no remedy for what is in order');
      assert.deepEqual(await axe(page), []);
      await shoot(page, 'would-connect');
    },
    german,
  );
});
