/** How many pages there may be, how long one is remembered, and what is written down of it. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOf, isCookieOf } from '../../main/kiosk/admission.ts';
import { fileMemory, type KeptPage } from '../../main/kiosk/memory.ts';
import { createPages, type Keys, type PagesOptions, type Shown } from '../../main/kiosk/pages.ts';
import { createFakeStation } from '../fake.ts';

const day = 24 * 60 * 60_000;
const shown = ({ id, page, cookie }: Keys): Shown => ({ page, cookie: (asked) => (asked === id ? cookie : undefined) });
const digest = (text: string) => digestOf(text);
const gone = (id: string, seenAt: number): KeptPage => ({ id, secret: digest('s'), cookie: digest('c'), seenAt });

function roomOf(t: TestContext, options: Partial<PagesOptions> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 });
  const station = createFakeStation();
  let kept: KeptPage[] = [];
  const pages = createPages({ connect: station.connect, onKept: (now) => (kept = now), ...options });
  t.after(() => pages.close());
  const closed = () => station.connections.filter((connection) => connection.closed).length;
  return { pages, station, closed, kept: () => kept, ids: () => kept.map(({ id }) => id) };
}

test('sixteen pages at once; one more takes the place of one that nobody looks at, and of none otherwise', (t) => {
  const { pages, closed } = roomOf(t);
  const all = Array.from({ length: 16 }, () => pages.open()!);
  const holds = all.map((keys) => pages.find(shown(keys))!.hold());
  assert.equal(closed(), 0);
  assert.equal(pages.open(), undefined);
  holds[3]?.();
  assert.ok(pages.open());
  assert.equal(pages.find(shown(all[3]!)), undefined);
  assert.equal(closed(), 1);
});

test('a page is gone ten seconds after nobody looks at it, and not a moment before', (t) => {
  const { pages, closed } = roomOf(t);
  const keys = pages.open()!;
  const [first, second] = [pages.find(shown(keys))!.hold(), pages.find(shown(keys))!.hold()];
  t.mock.timers.tick(60_000);
  first();
  t.mock.timers.tick(60_000);
  assert.equal(closed(), 0, 'the second one still looks');
  second();
  t.mock.timers.tick(9_999);
  assert.equal(closed(), 0);
  t.mock.timers.tick(1);
  assert.equal(closed(), 1);
  assert.equal(pages.find(shown(keys)), undefined);
  assert.equal(pages.mayReturn(shown(keys)), true);
});

test('what is remembered of a page are digests, and when it was last seen', (t) => {
  const { pages, kept } = roomOf(t);
  const keys = pages.open()!;
  const [, secret = ''] = keys.page.split('.');
  const page = { id: keys.id, secret: digest(secret), cookie: digest(keys.cookie), seenAt: 1_800_000_000_000 };
  assert.deepEqual(kept(), [page]);
  t.mock.timers.tick(10_000);
  assert.equal(kept()[0]?.seenAt, 1_800_000_010_000, 'it went ten seconds later');
});

test('a page that is gone is remembered for a week', (t) => {
  const now = 1_800_000_000_000;
  const { pages, ids } = roomOf(t, { kept: [gone('old', now - 7 * day - 1), gone('young', now - 7 * day)] });
  assert.equal(pages.knows('old'), true, 'until the next one comes');
  const { id } = pages.open()!;
  assert.deepEqual(ids(), ['young', id]);
  assert.equal(pages.knows('old'), false);
});

test('sixty-four pages that are gone are remembered, those that were used last', (t) => {
  const kept = Array.from({ length: 70 }, (_, n) => gone(`p${n}`, 1_800_000_000_000));
  const { pages, ids } = roomOf(t, { kept });
  const { id } = pages.open()!;
  assert.deepEqual(ids(), [...Array.from({ length: 64 }, (_, n) => `p${n + 6}`), id]);
});

test('keys that were replaced lead back until the new ones are used, and open nothing', (t) => {
  const { pages } = roomOf(t);
  const before = pages.open()!;
  const keys = pages.renew(pages.find(shown(before))!)!;
  assert.equal(keys.id, before.id);
  assert.equal(pages.find(shown(before)), undefined);
  assert.equal(pages.mayReturn(shown(before)), true);
  const mixed: Shown = { page: before.page, cookie: () => keys.cookie };
  assert.equal(pages.mayReturn(mixed), false);
  assert.ok(pages.find(shown(keys)));
  assert.equal(pages.mayReturn(shown(before)), false);
});

test('a page that comes back in place of another ends it, and only it is forgotten', (t) => {
  const { pages, station, ids } = roomOf(t);
  const [one, two] = [pages.open()!, pages.open()!];
  const back = pages.open(shown(one))!;
  assert.deepEqual(
    station.connections.map(({ closed }) => closed),
    [true, false, false],
  );
  assert.deepEqual(ids(), [two.id, back.id]);
  assert.equal(pages.renew({ ...pages.find(shown(two))!, id: one.id }), undefined);
});

test('closing ends every session once, and what ends later changes nothing', (t) => {
  const { pages, closed } = roomOf(t);
  const keys = pages.open()!;
  const page = pages.find(shown(keys))!;
  const leave = page.hold();
  let stopped = 0;
  page.streams.add(() => stopped++);
  pages.close();
  pages.close();
  leave();
  t.mock.timers.tick(60_000);
  assert.deepEqual([closed(), stopped], [1, 1]);
});

test('a cookie is ours by its port and no other', () => {
  assert.equal(isCookieOf(80, 'birthmark-80-x'), true);
  assert.equal(isCookieOf(80, 'birthmark-8080-x'), false);
  assert.equal(isCookieOf(80, 'x-birthmark-80-x'), false);
});

const remembered = (port: number, pages: KeptPage[] = []) => ({ port, pages });
const memoryFile = async () => join(await mkdtemp(join(tmpdir(), 'birthmark-room-')), 'kiosk.json');

test('of what is saved while the file is written only the newest is written after it', async () => {
  const file = await memoryFile();
  const memory = fileMemory(file);
  for (const port of [1, 2, 3]) memory.save(remembered(port));
  await memory.settled();
  assert.equal(await readFile(file, 'utf8'), `${JSON.stringify(remembered(3))}\n`);
  memory.save(remembered(4, [gone('a', 5)]));
  await memory.settled();
  assert.deepEqual(await fileMemory(file).load(), remembered(4, [gone('a', 5)]));
});

test('a file that no kiosk wrote is not believed', async () => {
  const file = await memoryFile();
  const page = gone('a', 1);
  const id = (length: number) => [{ ...page, id: 'i'.repeat(length) }];
  const cases: [what: unknown, believed: boolean][] = [
    [remembered(65_535, [page]), true],
    [remembered(65_536), false],
    [remembered(1), true],
    [remembered(0), false],
    [remembered(1.5), false],
    [remembered(1, id(64)), true],
    [remembered(1, id(65)), false],
    [remembered(1, Array(128).fill(page)), true],
    [remembered(1, Array(129).fill(page)), false],
    [remembered(1, [{ ...page, secret: page.secret.toUpperCase() }]), false],
    [remembered(1, [{ ...page, cookie: page.cookie.slice(1) }]), false],
  ];
  for (const [what, believed] of cases) {
    await writeFile(file, JSON.stringify(what));
    assert.equal((await fileMemory(file).load()) !== undefined, believed, JSON.stringify(what).slice(0, 90));
  }
  assert.equal(await fileMemory(join(file, 'none')).load(), undefined);
});

test('what cannot be written is said, and is no reason not to go on', async (t) => {
  const file = await memoryFile();
  await writeFile(file, '');
  const said: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => Boolean(said.push(text)));
  const memory = fileMemory(join(file, 'kiosk.json'));
  memory.save(remembered(1));
  await memory.settled();
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /cannot remember its pages/);
});
