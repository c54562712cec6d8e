/** The pages by themselves, on a clock of their own: how many there may be, for how long, and which of them goes. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { digestOf, makeSecret } from '../../main/kiosk/admission.ts';
import type { KeptPage } from '../../main/kiosk/memory.ts';
import { createPages, type Keys, maxPages, type Pages, type PagesOptions, type Shown } from '../../main/kiosk/pages.ts';
import { createFakeStation } from '../fake.ts';

const day = 24 * 60 * 60_000;
const now = 100 * day;
const shownBy = ({ id, page, cookie }: Keys): Shown => ({
  page,
  cookie: (asked) => (asked === id ? cookie : undefined),
});

function begin(t: TestContext, options: Partial<PagesOptions> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now });
  const station = createFakeStation(() => ({}));
  let kept: KeptPage[] = [];
  let saves = 0;
  const onKept = (pages: KeptPage[]) => {
    kept = pages;
    saves += 1;
  };
  const pages = createPages({ connect: station.connect, onKept, graceMs: 1000, ...options });
  const openOne = (instead?: Shown): Keys => {
    const keys = pages.open(instead);
    assert.ok(keys);
    return keys;
  };
  const isOpen = (keys: Keys) => pages.find(shownBy(keys)) !== undefined;
  const saved = () => ({ ids: kept.map(({ id }) => id), pages: kept, saves });
  return { station, pages, openOne, isOpen, saved, pass: (ms: number) => t.mock.timers.tick(ms) };
}

const gone = (id: string, seenAt: number): KeptPage => ({
  id,
  secret: digestOf(`s${id}`),
  cookie: digestOf(`c${id}`),
  seenAt,
});
const shown = (page: string, cookie?: string): Shown => ({ page, cookie: () => cookie });

test('a page is found by both of its keys, and what is kept of it are digests', (t) => {
  const { openOne, pages, saved } = begin(t);
  const keys = openOne();
  const [id, secret = ''] = keys.page.split('.');
  assert.equal(id, keys.id);
  assert.deepEqual(saved().pages, [{ id, secret: digestOf(secret), cookie: digestOf(keys.cookie), seenAt: now }]);
  assert.ok(pages.find(shownBy(keys)));
  const wrong = [
    shown(`${keys.page}.more`, keys.cookie),
    shown(`.${secret}`, keys.cookie),
    shown(`${id}.`, keys.cookie),
    shown(`${id}`, keys.cookie),
    shown(`${id}.${makeSecret()}`, keys.cookie),
    shown(keys.page, makeSecret()),
    shown(keys.page, ''),
    shown(keys.page),
    { page: undefined, cookie: () => keys.cookie },
  ];
  for (const one of wrong) assert.deepEqual([pages.find(one), pages.mayReturn(one)], [undefined, false]);
  assert.deepEqual([pages.knows(keys.id), pages.knows('x')], [true, false]);
});

test('a page that was away for a week may return, one that was away longer may not', (t) => {
  const kept = [gone('week', now - 7 * day), gone('more', now - 7 * day - 1)];
  const { openOne, pages, saved } = begin(t, { kept });
  const { id } = openOne();
  assert.deepEqual(saved().ids, ['week', id]);
  assert.equal(pages.mayReturn(shown('week.sweek', 'cweek')), true);
  assert.equal(pages.mayReturn(shown('more.smore', 'cmore')), false);
  assert.equal(pages.find(shown('week.sweek', 'cweek')), undefined, 'it must come in again first');
});

test('64 pages may return; of more, the ones that were used last', (t) => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => gone(`p${at}`, now - 1000 + at));
  const exactly = begin(t, { kept: many(64) });
  exactly.openOne();
  assert.equal(exactly.saved().ids.length, 65);
  t.mock.timers.reset();
  const { openOne, saved } = begin(t, { kept: many(66) });
  const { id } = openOne();
  assert.deepEqual([saved().ids.length, saved().ids[0], saved().ids.at(-1)], [65, 'p2', id]);
});

test('a page that came in place of another one takes nothing but its place', (t) => {
  const { openOne, pages, isOpen, station, saved } = begin(t);
  const first = openOne();
  const second = openOne(shownBy(first));
  assert.deepEqual([isOpen(first), isOpen(second), pages.knows(first.id)], [false, true, false]);
  assert.deepEqual(
    station.connections.map(({ closed }) => closed),
    [true, false],
  );
  assert.deepEqual(saved().ids, [second.id]);
});

test('sixteen pages at most: the one idle for longest goes, and what is in use stays', (t) => {
  const { openOne, pages, isOpen } = begin(t);
  const all = Array.from({ length: maxPages }, () => openOne());
  assert.equal(maxPages, 16);
  const [first, second, third] = all;
  assert.ok(first && second && third);
  const end = pages.find(shownBy(first))?.hold();
  isOpen(second);
  const late = openOne();
  assert.deepEqual([isOpen(first), isOpen(second), isOpen(third)], [true, true, false]);
  assert.ok(pages.mayReturn(shownBy(third)));
  end?.();
  for (const keys of [...all, late]) pages.find(shownBy(keys))?.hold();
  assert.equal(pages.open(), undefined, 'there is no room for another');
  assert.ok(pages.open(shownBy(late)), 'but in place of one of them there is');
});

test('an absent page is closed after its grace; one in use, or back in time, is not', (t) => {
  const { openOne, pages, isOpen, pass, station, saved } = begin(t);
  const keys = openOne();
  pass(999);
  const page = pages.find(shownBy(keys));
  assert.ok(page);
  const ends = [page.hold(), page.hold()];
  pass(5000);
  assert.ok(isOpen(keys));
  ends[0]?.();
  pass(5000);
  assert.ok(isOpen(keys), 'one use of two is over');
  ends[1]?.();
  pass(999);
  const back = page.hold();
  pass(5000);
  assert.ok(isOpen(keys));
  back();
  const before = saved().saves;
  pass(1000);
  assert.deepEqual([isOpen(keys), station.connections[0]?.closed, saved().saves], [false, true, before + 1]);
  assert.equal(saved().pages[0]?.seenAt, now + 999 + 5000 + 5000 + 999 + 5000 + 1000, 'it was there until then');
  assert.ok(pages.mayReturn(shownBy(keys)));
  page.hold()();
  pass(5000);
  assert.equal(saved().saves, before + 1, 'what is over stays over');
});

test('a page without a grace of its own has ten seconds', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now });
  const pages: Pages = createPages({ connect: createFakeStation(() => ({})).connect });
  const keys = pages.open();
  assert.ok(keys);
  t.mock.timers.tick(9999);
  assert.ok(pages.find(shownBy(keys)));
  t.mock.timers.tick(1);
  assert.equal(pages.find(shownBy(keys)), undefined);
});

test('new keys replace the old ones, which lead back only until the new ones are used', (t) => {
  const { openOne, pages, isOpen } = begin(t);
  const old = openOne();
  const page = pages.find(shownBy(old));
  assert.ok(page);
  let ended = 0;
  page.streams.add(() => {
    ended += 1;
  });
  const next = pages.renew(page);
  assert.ok(next && next.page !== old.page && next.cookie !== old.cookie && next.id === old.id);
  assert.deepEqual([ended, isOpen(old), pages.mayReturn(shownBy(old))], [1, false, true]);
  assert.ok(!pages.mayReturn(shown(old.page, next.cookie)) && !pages.mayReturn(shown(next.page, old.cookie)));
  assert.ok(isOpen(next));
  assert.equal(pages.mayReturn(shownBy(old)), false);
  pages.close();
  assert.deepEqual([isOpen(next), pages.renew(page)], [false, undefined]);
  assert.equal(pages.renew({ ...page, id: 'x' }), undefined);
});

test('a change of person by the station itself ends the page; its own sign-in does not', (t) => {
  const { openOne, pages, isOpen, station } = begin(t);
  const keys = openOne();
  const page = pages.find(shownBy(keys));
  assert.ok(page);
  const person = (personId?: number) => station.push('session.changed', { person: personId ? { personId } : null });
  person();
  assert.ok(isOpen(keys), 'what it hears first is no change');
  const end = page.turn();
  person(7);
  assert.ok(isOpen(keys), 'it signed in itself');
  end();
  person(7);
  assert.ok(isOpen(keys));
  person(8);
  assert.equal(isOpen(keys), false);
});

test('each page that is closed is over for its station', (t) => {
  const { openOne, pages, station } = begin(t);
  openOne();
  openOne();
  pages.close();
  pages.close();
  assert.deepEqual(
    station.connections.map(({ closed }) => closed),
    [true, true],
  );
});
