/** Label rules and scanners by the command line; the rules of docs/labels.md as they stand there. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildAgent } from '../../main/agentbinary.ts';
import { serialPorts } from '../../native/serial.ts';
import { scratch } from '../ca/support.ts';
import { folderFor } from '../device/support.ts';
import { startAgent } from '../native/agent/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json } from './commandline.ts';

const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));
const page = await readFile(new URL('../../docs/labels.md', import.meta.url), 'utf8');
const [patterns = '', gs1 = ''] = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]) => text);

test('the rules of the documentation are set, tried and used; a label that is no unit of the order starts none', async (t) => {
  const file = scratch(t);
  const data = ['--data', await makeStation()];
  const rights = [...data, '--passphrase-file', file('passphrase', passphrase)];
  const read = async (text: string) => {
    const { code, value } = await json('scan', 'read', text, ...data);
    return [code, value.kind, value.unitSerial ?? value.badge ?? value.orderId ?? value.error?.code];
  };
  assert.deepEqual(await read('EN-3001'), [0, 'unit', 'EN-3001']);
  const set = await json('station', 'set', '--rules', file('rules.json', patterns), ...rights);
  assert.equal(set.code, 0, JSON.stringify(set.value));
  assert.deepEqual(await read('EN-3001'), [0, 'badge', 'EN-3001']);
  assert.deepEqual(await read('WO:WO-7'), [0, 'order', 'WO-7']);
  assert.deepEqual(await read('SENSE/123456741'), [0, 'unit', '12345674']);
  assert.deepEqual(await read('SENSE/123456742'), [1, 'unknown', 'scan.wrongCheck']);

  const bad = file('bad.json', '{ "unit": { "kind": "pattern", "pattern": "[A-Z]+" } }');
  const refused = await json('station', 'set', '--rules', bad, ...rights);
  assert.deepEqual([refused.code, refused.value.error.code], [1, 'scan.badRule']);
  const unknown = await json('station', 'set', '--rules', file('odd.json', '{ "colour": 1 }'), ...rights);
  assert.deepEqual([unknown.code, unknown.value.error.code], [2, 'call.badParams']);

  const rule = file('gs1.json', JSON.stringify(JSON.parse(gs1).unit));
  const make = ['orders', 'make', 'WO-7', '--model', 'SENSE-1', '--quantity', '5', '--label', rule, ...rights];
  assert.equal((await json(...make)).value.label.kind, 'gs1');
  assert.deepEqual(await read(']d2010400638133393110L7<GS>21ABCDEFGH'), [0, 'unit', 'ABCDEFGH']);
  assert.deepEqual(await read('SENSE/123456741'), [1, 'unknown', 'scan.unknown']);

  const line = (...args: string[]) => json('line', 'run', '--port', 'nowhere', ...args, ...rights);
  const { value: neither } = await line();
  assert.equal(neither.error.code, 'call.badParams');
  assert.equal((await line('--label', 'EN-3001')).value.error.code, 'scan.notUnit');
  assert.equal((await line('--label', '(01)00036000291452(21)ABCDEFGH')).value.error.code, 'scan.wrongModel');
  assert.doesNotMatch(JSON.stringify((await json('units', 'list', ...data)).value), /ABCDEFGH|EN-3001/);
});

test('a unit is begun by its raw label, which its story keeps', async (t) => {
  const file = scratch(t);
  const data = ['--data', await makeStation()];
  const rights = [...data, '--passphrase-file', file('passphrase', passphrase)];
  const rules = file('rules.json', '{ "unit": { "kind": "gs1", "length": { "min": 8, "max": 8 } } }');
  await json('station', 'set', '--rules', rules, ...rights);
  const agent = await startAgent(await buildAgent(), ['--state', join(folderFor(t), 'state')]);
  t.after(() => agent.stop());
  const label = ']d210L7<GS>21ABCDEFGH';
  const { value } = await json('line', 'run', '--port', agent.path, '--driver', 'agent', '--label', label, ...rights);
  assert.deepEqual([value.unitSerial, value.outcome], ['ABCDEFGH', 'PASS'], JSON.stringify(value));
  const story = await json('units', 'show', 'ABCDEFGH', ...data);
  const scanned = story.value.journal.find(({ entry }: { entry: string }) => entry === 'attempt.started').data.scanned;
  assert.deepEqual(scanned, { text: label.replace('<GS>', '\u001d'), lot: 'L7' });
});

test('scanners are set and shown; what is wrong with them is named', async (t) => {
  const data = ['--data', await makeStation([{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }])];
  const rights = [...data, '--passphrase-file', scratch(t)('passphrase', passphrase)];
  const set = (...scanners: string[]) => json('station', 'set', '--scanner', ...scanners, ...rights);
  const one = await set('/dev/none,suffix=crlf,baud=115200,name=Bench', 'usb:1-2:1.0');
  assert.deepEqual(one.value.scanners, [
    { scannerId: 1, name: 'Bench', port: '/dev/none', baud: 115200, suffix: 'crlf', prefix: '' },
    { scannerId: 2, name: 'Scanner 2', port: 'usb:1-2:1.0', baud: 9600, suffix: 'cr', prefix: '' },
  ]);
  for (const wrong of ['/dev/none,suffix=enter', '/dev/none,colour=red', '/dev/none,baud=fast', 'nowhere'])
    assert.equal((await set(wrong)).value.error?.code, 'call.badParams', wrong);
  const { code, value } = await json('doctor', ...data);
  assert.equal(code, 1);
  const found = value.find(({ name }: { name: string }) => name === 'scanner 1');
  assert.deepEqual([found.ok, found.detail], [false, 'Bench is not plugged in']);
  assert.deepEqual((await set('none')).value.scanners, []);
});

test('practice scanner: a port that sends the labels it is given, and what is typed', async (t) => {
  const args = [program, 'practice', 'scanner', ']d210L7<GS>21A', '--every', '50', '--suffix', 'lf', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  t.after(() => child.kill());
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const channel = await serialPorts.open(JSON.parse(String(line)).port, { baud: 9600, flowControl: 'none' });
  let text = '';
  const until = (end: string) =>
    new Promise<void>((resolve) => {
      const stop = channel.onData((bytes) => {
        text += Buffer.from(bytes).toString();
        if (!text.includes(end)) return;
        stop();
        resolve();
      });
      child.stdin.write('SN-2\n');
    });
  await until('SN-2\n');
  const gone = new Promise<void>((resolve) => channel.onClose(resolve));
  child.kill('SIGINT');
  await gone;
  assert.deepEqual(await ended, [0, null]);
});
