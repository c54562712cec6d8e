import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { calls, isPatient } from '../../app/records/calls.ts';
import { createGroupCommit } from '../../app/records/commit.ts';
import type { Sql } from '../../app/records/sql.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { freshFolder, refuses } from './support.ts';

/** A real file whose commits are counted, and a group commit that a test sets off by hand. */
function makeGroup(t: TestContext) {
  const real = openSqlite(join(freshFolder(t), 'a.db'), { create: true });
  t.after(() => real.close());
  real.exec('CREATE TABLE notes (n INTEGER PRIMARY KEY) STRICT');
  const done: string[] = [];
  const sql: Sql = {
    ...real,
    exec: (text) => {
      real.exec(text);
      if (text === 'COMMIT') done.push('COMMIT');
    },
  };
  const due: (() => void)[] = [];
  const group = createGroupCommit(sql, (flush) => due.push(flush));
  const add = (n: number, isPatient?: boolean) =>
    group.submit((tx) => {
      tx.run('INSERT INTO notes VALUES (@n)', { n });
      return n;
    }, isPatient);
  const kept = () => real.all<{ n: number }>('SELECT n FROM notes ORDER BY n').map((row) => row.n);
  const turn = () => due.shift()?.();
  return { real, group, add, kept, turn, done, due };
}

test('what is asked while a commit is due shares it; what is asked later has the next one', async (t) => {
  const { add, kept, turn, done, due } = makeGroup(t);
  const first = [add(1), add(2), add(3)];
  assert.equal(due.length, 1);
  assert.deepEqual(kept(), []);
  turn();
  const second = add(4);
  assert.deepEqual(await Promise.all(first), [1, 2, 3]);
  assert.deepEqual(done, ['COMMIT']);
  turn();
  assert.equal(await second, 4);
  assert.deepEqual(done, ['COMMIT', 'COMMIT']);
  assert.deepEqual(kept(), [1, 2, 3, 4]);
});

test('after a slow commit the next one waits a moment for what its answers bring, after a quick one it does not', async (t) => {
  const { real } = makeGroup(t);
  let slow = true;
  const still = new Int32Array(new SharedArrayBuffer(4));
  const slowable: Sql = {
    ...real,
    exec: (text) => {
      real.exec(text);
      if (text === 'COMMIT' && slow) Atomics.wait(still, 0, 0, 20);
    },
  };
  const due: { flush: () => void; ms: number }[] = [];
  const group = createGroupCommit(slowable, (flush, ms) => due.push({ flush, ms }));
  const commit = async () => {
    const done = group.submit(() => {});
    const { flush, ms } = due.shift()!;
    flush();
    await done;
    return ms;
  };
  assert.equal(await commit(), 0, 'nothing is known of the disk yet');
  slow = false;
  const afterSlow = await commit();
  assert.ok(afterSlow > 0 && afterSlow <= 5, `${afterSlow} ms`);
  // A busy machine may be slow by itself.
  let quick = afterSlow;
  for (let tries = 0; tries < 50 && quick > 0; tries += 1) quick = await commit();
  assert.equal(quick, 0);
});

test('work that can wait comes after all other work, and a long commit takes no more of it', async (t) => {
  const { group, add, kept, turn, done, due } = makeGroup(t);
  const still = new Int32Array(new SharedArrayBuffer(4));
  const order: string[] = [];
  const page = (name: string) =>
    group.submit(() => {
      order.push(name);
      Atomics.wait(still, 0, 0, 12);
    }, true);
  const pages = [page('page 1'), page('page 2')];
  void add(1).then(() => order.push('line'));
  turn();
  await pages[0];
  assert.deepEqual([order, done.length, kept()], [['page 1', 'line'], 1, [1]], 'page 2 has the next commit');
  const late = add(2);
  assert.equal(due.length, 1, 'which is planned already');
  turn();
  await Promise.all([...pages, late]);
  assert.deepEqual([order, done.length], [['page 1', 'line', 'page 2'], 2]);
  const rest = [page('page 3'), page('page 4'), add(3)];
  group.flush();
  await Promise.all(rest);
  assert.deepEqual([order.slice(3), done.length], [['page 3', 'page 4'], 4], 'closing leaves nothing behind');
});

test('pages of batches, lists, first connections, and what a rule removes are the work that can wait', () => {
  const patient = Object.keys(calls).filter(isPatient);
  assert.deepEqual(patient.sort(), [
    'addToBatch',
    'beginAllowList',
    'beginHookRows',
    'expectConnections',
    'letGoMembers',
    'markOverdue',
    'noteAllowList',
    'noteConnections',
    'noteHookRows',
    'putWatchMark',
    'recordResults',
    'removeEvents',
    'removeTranscripts',
  ]);
});

test('one refusal undoes its own work only', async (t) => {
  const { group, add, kept, turn, done, due } = makeGroup(t);
  const refused = group.submit((tx) => {
    tx.run('INSERT INTO notes VALUES (9)');
    throw new StationError('order.full', 'no');
  });
  const work = [add(1), refused, add(1), add(2), add(3, true), add(1, true)];
  turn();
  // On a busy machine the group may have become long before its second piece of patient work.
  while (due.length > 0) turn();
  const results = await Promise.allSettled(work);
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.code)),
    [1, 'order.full', 'records.conflict', 2, 3, 'records.conflict'],
  );
  assert.deepEqual(kept(), [1, 2, 3]);
  assert.ok(done.length <= 2, `${done.length} commits`);
});

test('a page that is refused undoes its own work only, and leaves the line its commit', async (t) => {
  const { group, add, kept, turn, done } = makeGroup(t);
  const page = group.submit((tx) => {
    tx.run('INSERT INTO notes VALUES (9)');
    throw new StationError('order.full', 'no');
  }, true);
  const work = [add(1), add(2), page];
  turn();
  const results = await Promise.allSettled(work);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  );
  assert.deepEqual([kept(), done], [[1, 2], ['COMMIT']]);
});

test('a bug in one piece of work is its own', async (t) => {
  const { group, add, kept, turn } = makeGroup(t);
  const buggy = group.submit(() => {
    throw new TypeError('oops');
  });
  const fine = add(1);
  turn();
  await assert.rejects(buggy, TypeError);
  assert.equal(await fine, 1);
  assert.deepEqual(kept(), [1]);
});

test('no promise resolves before its commit', async (t) => {
  const { real, due } = makeGroup(t);
  const order: string[] = [];
  const watched: Sql = {
    ...real,
    exec: (text) => {
      if (text === 'COMMIT') order.push('commit');
      real.exec(text);
    },
  };
  const group = createGroupCommit(watched, (flush) => due.push(flush));
  const told = [1, 2].map((n) =>
    group.submit((tx) => tx.run('INSERT INTO notes VALUES (@n)', { n })).then(() => order.push(`told ${n}`)),
  );
  await Promise.resolve();
  assert.deepEqual(order, []);
  due.shift()?.();
  await Promise.all(told);
  assert.deepEqual(order, ['commit', 'told 1', 'told 2']);
});

test('when the disk is full nobody of the group is told that it is done, and work goes on once there is room', async (t) => {
  const { real, group, add, kept, turn } = makeGroup(t);
  real.exec('CREATE TABLE blobs (b BLOB) STRICT');
  const pages = real.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
  real.exec(`PRAGMA max_page_count = ${pages + 2}`);
  const before = add(1);
  const large = group.submit((tx) => tx.run('INSERT INTO blobs VALUES (zeroblob(1000000))'));
  const after = add(2);
  turn();
  const results = await Promise.allSettled([before, large, after]);
  for (const result of results) {
    assert.equal(result.status, 'rejected');
    assert.equal(result.status === 'rejected' && result.reason.code, 'records.diskFull');
  }
  assert.deepEqual(kept(), []);
  real.exec('PRAGMA max_page_count = 1000000');
  const retried = add(1);
  turn();
  assert.equal(await retried, 1);
});

test('a commit that fails rejects the whole group', async (t) => {
  const { real, due, kept } = makeGroup(t);
  let failing = true;
  const group = createGroupCommit(
    {
      ...real,
      exec: (text) => {
        if (text === 'COMMIT' && failing) throw new StationError('records.failed', 'the disk is gone');
        real.exec(text);
      },
    },
    (flush) => due.push(flush),
  );
  const work = [1, 2].map((n) => group.submit((tx) => tx.run('INSERT INTO notes VALUES (@n)', { n })));
  due.shift()?.();
  for (const item of work) await assert.rejects(item, refuses('records.failed'));
  failing = false;
  assert.deepEqual(kept(), []);
});
