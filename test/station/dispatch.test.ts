import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Person } from '../../app/contract/index.ts';
import { StationError } from '../../app/contract/index.ts';
import { createDispatch, type Handlers } from '../../app/station/dispatch.ts';
import type { Log } from '../../app/station/log.ts';
import type { Session } from '../../app/station/people/sessions.ts';

type Written = { level: string; fields: Record<string, unknown> };

/** A gate whose handlers, log and audit the test gives and reads. */
function gate(handlers: Partial<Record<keyof Handlers, (params: unknown) => unknown>>, auditFails = false) {
  const written: Written[] = [];
  const entries: { entry: string; actor: string; subject: string; data: Record<string, unknown> }[] = [];
  const write = (level: string) => (fields: Record<string, unknown>) => void written.push({ level, fields });
  const log = { info: write('info'), error: write('error'), warn: write('warn') } as unknown as Log;
  const dispatch = createDispatch({
    handlers: handlers as unknown as Handlers,
    agree: async () => ({ alone: true }),
    audit: async (entry) => {
      if (auditFails) throw new Error('the disk is full');
      entries.push(entry);
    },
    log,
    present: (session) => session.person,
    onAct: () => {},
  });
  return { dispatch, written, entries };
}

const erin: Person = { personId: 2, name: 'Erin', badge: 'EN-1', role: 'engineer' };
const session = (person: Person | null): Session => ({ origin: 'test', person });

test('an unexpected error becomes internal with a reference number; what it was stands in the log only', async () => {
  const bug = new Error('cannot read properties of undefined, near the secret cupboard');
  const { dispatch, written } = gate({
    'station.status': () => {
      throw bug;
    },
  });
  const reply = await dispatch(session(null), { method: 'station.status', params: {} });
  assert.ok(!reply.ok);
  assert.equal(reply.error.code, 'internal');
  const reference = reply.error.data?.reference;
  assert.match(String(reference), /^[0-9a-f]{8}$/);
  assert.ok(reply.error.detail.includes(String(reference)), 'a person can read it out');
  assert.doesNotMatch(JSON.stringify(reply), /cupboard|\.ts|stack|at /);
  assert.deepEqual(written, [{ level: 'error', fields: { method: 'station.status', reference, err: bug } }]);
});

test('an internal error that a part threw knowingly is hidden the same way', async () => {
  const { dispatch } = gate({
    'station.status': () => {
      throw new StationError('internal', 'the table of steps is wrong');
    },
  });
  const reply = await dispatch(session(null), { method: 'station.status', params: {} });
  assert.ok(!reply.ok && reply.error.code === 'internal');
  assert.doesNotMatch(JSON.stringify(reply), /table of steps/);
});

test('a result that is not what the method promises never leaves the station', async () => {
  const { dispatch } = gate({ 'session.current': () => ({ seq: 'one', person: null }) });
  const reply = await dispatch(session(null), { method: 'session.current', params: {} });
  assert.ok(!reply.ok && reply.error.code === 'internal', JSON.stringify(reply));
  const more = gate({ 'station.ports': () => [{ path: 'x', names: ['x'], label: 'y', driverSecret: 'z' }] });
  const trimmed = await more.dispatch(session(null), { method: 'station.ports', params: {} });
  assert.doesNotMatch(JSON.stringify(trimmed), /driverSecret/, 'what the method does not name is left out');
});

test('what is no call, no method or no parameters is refused before any handler runs', async () => {
  let ran = 0;
  const { dispatch } = gate({ 'ca.unlock': () => ran++, 'station.status': () => ran++ });
  const code = async (envelope: unknown) => {
    const reply = await dispatch(session(erin), envelope);
    return reply.ok ? 'ok' : reply.error.code;
  };
  for (const envelope of [
    null,
    7,
    'station.status',
    [],
    {},
    { method: 7, params: {} },
    { method: 'x', params: {}, x: 1 },
  ])
    assert.equal(await code(envelope), 'call.malformed', JSON.stringify(envelope));
  for (const method of ['', 'constructor', '__proto__', 'toString', 'station', 'station.status ']) {
    assert.equal(await code({ method, params: {} }), 'call.unknownMethod', method);
  }
  assert.equal(await code({ method: 'station.status', params: { extra: 1 } }), 'call.badParams');
  assert.equal(await code({ method: 'ca.unlock', params: { secret: 7 } }), 'call.badParams');
  assert.equal(ran, 0);
});

test('bad parameters name the field and the rule, never the value', async () => {
  const { dispatch, written, entries } = gate({});
  const params = { name: 'N', badge: 'B-1', pin: 'hunter2-not-a-pin', role: 'operator' };
  const reply = await dispatch(session(erin), { method: 'people.add', params });
  assert.ok(!reply.ok && reply.error.code === 'call.badParams');
  assert.equal(reply.error.data?.path, 'pin');
  assert.doesNotMatch(JSON.stringify({ reply, written, entries }), /hunter2/);
});

test('a refusal of an audited method leaves an entry with who and why; of another one it does not', async () => {
  const { dispatch, entries } = gate({
    'ca.lock': () => {
      throw new StationError('ca.missing', 'gone');
    },
  });
  await dispatch(session(null), { method: 'ca.unlock', params: { secret: 'not to be seen' } });
  await dispatch(session({ ...erin, role: 'qa' }), { method: 'ca.unlock', params: { secret: 'x' } });
  await dispatch(session(erin), { method: 'ca.lock', params: {} });
  await dispatch(session(null), { method: 'units.list', params: {} });
  const refused = (actor: string, subject: string, code: string) => ({
    entry: 'call.refused',
    actor,
    subject,
    data: { code },
  });
  assert.deepEqual(entries, [
    refused('nobody (test)', 'ca.unlock', 'session.signedOut'),
    refused('Erin (EN-1)', 'ca.unlock', 'session.forbidden'),
    refused('Erin (EN-1)', 'ca.lock', 'ca.missing'),
  ]);
});

test('an audit log that cannot be written does not hide why a call was refused', async () => {
  const { dispatch, written } = gate({}, true);
  const reply = await dispatch(session(null), { method: 'ca.lock', params: {} });
  assert.ok(!reply.ok && reply.error.code === 'session.signedOut');
  assert.ok(written.some(({ level }) => level === 'error'));
});
