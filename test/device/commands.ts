import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { StationError } from '../../app/contract/errors.ts';
import type { Installation } from '../../app/device/driver.ts';
import { encodeFrame, parseFrame } from '../../app/device/drivers/agent/frame.ts';
import type { Begin } from './conformance.ts';
import { config, createConsole, heldBy, isError, judgeCsr, judgeProof, newKey, nonceProof, sha256 } from './support.ts';

/** Each command, its repetition, its limits and its refusals. */
export function describeCommands(begin: Begin): void {
  test('a unit from first contact to seal, judged by openssl', async (t) => {
    const { connect, folder, ca } = await begin(t);
    const device = await connect();
    const fresh = await device.identify();
    assert.equal(fresh.protocol, 'agent/1');
    assert.deepEqual(
      [fresh.hasKey, fresh.hasCertificate, fresh.sealed, fresh.unitSerial],
      [false, false, false, undefined],
    );
    assert.ok(
      fresh.keyTypes.includes('P-256') && fresh.model && fresh.hardwareRevision && fresh.firmware && fresh.hardwareId,
    );

    assert.deepEqual(await device.makeKey(newKey), { created: true });
    const csr = (await device.readCsr('unit-0007')).csrDer;
    const judged = judgeCsr(folder, csr);
    assert.match(judged.text, /Subject: CN ?= ?unit-0007/);
    assert.match(judged.text, /NIST CURVE: P-256/);

    const what = ca.installation(csr, config);
    const progress: [number, number][] = [];
    await device.install(what, (done, total) => progress.push([done, total]));
    const last = progress.at(-1) ?? [0, 1];
    assert.equal(last[0], last[1], 'progress ends at the total');
    assert.deepEqual(
      progress,
      [...progress].sort((a, b) => a[0] - b[0]),
      'progress only grows',
    );

    assert.deepEqual(await heldBy(device), {
      certificate: sha256(what.certificateDer),
      chain: sha256(Buffer.concat(what.chainDer)),
      rootCa: sha256(what.rootCaDer),
      ...config,
    });
    const { items, unread } = await device.readBack(what);
    assert.ok(items.every((item) => item.same));
    assert.deepEqual(unread, []);
    const other = await device.readBack({ ...what, chainDer: [], config: { ...config, endpoint: 'elsewhere' } });
    assert.deepEqual(
      other.items.filter((item) => !item.same).map((item) => item.name),
      ['chain', 'endpoint'],
    );
    const nonce = randomBytes(32);
    const proof = await nonceProof(device, nonce);
    assert.ok(judgeProof(folder, what.certificateDer, nonce, proof));
    assert.ok(!judgeProof(folder, what.certificateDer, randomBytes(32), proof));

    await device.seal();
    const after = await device.identify();
    assert.deepEqual(
      [after.hasKey, after.hasCertificate, after.sealed, after.unitSerial],
      [true, true, true, 'SN-0007'],
    );
    const tally = device.tally();
    assert.ok(tally.bytesSent > 2000 && tally.bytesReceived > 1000, JSON.stringify(tally));
  });

  test('every command may be said again in a new line', async (t) => {
    const { connect, ca } = await begin(t);
    const device = await connect();
    await device.makeKey(newKey);
    assert.deepEqual(await device.makeKey(newKey), { created: false });
    const first = (await device.readCsr('same')).csrDer;
    const second = (await device.readCsr('same')).csrDer;
    const what = ca.installation(first, config);
    await device.install(what, () => {});
    const before = device.tally().bytesSent;
    await device.install(what, () => {});
    assert.ok(device.tally().bytesSent - before < 200, 'what is stored already is not sent again');
    // The certificate made from the first CSR fits the key of the second: the key did not change.
    await device.install({ ...ca.installation(second, config) }, () => {});
    await device.erase();
    await device.erase();
    assert.equal((await device.identify()).hasKey, false);
    assert.deepEqual(await heldBy(device), {});
    await device.makeKey(newKey);
    await device.install(ca.installation((await device.readCsr('same')).csrDer, config), () => {});
    await device.seal();
    await device.seal();
    assert.equal((await device.identify()).sealed, true);
  });

  test('the same line again gets the same answer and does nothing twice', async (t) => {
    const { subject } = await begin(t);
    const console = createConsole(await subject.powerUp());
    const line = (seq: number, body: string) => encodeFrame('>', { seq, body });
    await console.ask(line(1, 'hello'), /^<0001 ok/);
    const key = await console.ask(line(2, 'key P-256'), /^<0002 ok/);
    assert.match(key, /created=1/);
    assert.equal(await console.ask(line(2, 'key P-256'), /^<0002 ok/), key);
    assert.match(await console.ask(line(3, 'key P-256'), /^<0003 ok/), /created=0/);
    const nonce = Buffer.alloc(32, 7).toString('base64');
    const proof = await console.ask(line(4, `prove ${nonce}`), /^<0004 ok/);
    assert.equal(
      await console.ask(line(4, `prove ${nonce}`), /^<0004 ok/),
      proof,
      'an ECDSA signature is never the same twice',
    );
    assert.notEqual(await console.ask(line(5, `prove ${nonce}`), /^<0005 ok/), proof.replace('<0004', '<0005'));
    await console.ask(line(1, 'hello'), /^<0001 ok/);
    assert.match(await console.ask(line(2, 'key P-256'), /^<0002 ok/), /created=0/, 'hello begins anew');
  });

  test('bad input is refused by name', async (t) => {
    const { subject } = await begin(t);
    const console = createConsole(await subject.powerUp());
    let seq = 0;
    const refusal = async (body: string) => {
      seq += 1;
      const answer = new RegExp(`^<${seq.toString(16).toUpperCase().padStart(4, '0')} (ok|err)`);
      const line = await console.ask(encodeFrame('>', { seq, body }), answer);
      const frame = parseFrame('<', line);
      assert.ok(frame && frame !== 'damaged', line);
      return frame.body.split(' ').slice(0, 2).join(' ');
    };
    const hash = 'a'.repeat(64);
    const cases: [string, string][] = [
      ['nonsense', 'err command'],
      ['HELLO', 'err command'],
      ['key', 'err field'],
      ['key X25519', 'err keyType'],
      ['csr unit', 'err noKey'],
      [`prove ${Buffer.alloc(32).toString('base64')}`, 'err noKey'],
      ['seal', 'err incomplete'],
      ['key P-256', 'ok created=1'],
      ['seal', 'err incomplete'],
      ['csr', 'err field'],
      ['csr %4', 'err field'],
      ['csr %00', 'err field'],
      ['csr a%0Ab', 'err field'],
      [`csr ${'x'.repeat(65)}`, 'err field'],
      ['data', 'err field'],
      ['data key 0 AAAA', 'err field'],
      ['data csr 0 AAAA', 'err field'],
      ['data cert x AAAA', 'err field'],
      ['data cert -1 AAAA', 'err field'],
      ['data cert 0 A', 'err field'],
      ['data cert 0 ====', 'err field'],
      ['data cert 99999 AAAA', 'err tooLong'],
      ['data cert 4294967295 AAAA', 'err field'],
      [`commit cert 0 ${hash}`, 'err field'],
      [`commit cert 99999 ${hash}`, 'err tooLong'],
      [`commit cert 3 ${hash}`, 'err digest'],
      ['commit cert 3 abc', 'err field'],
      [`commit cert 3 ${hash.toUpperCase()}`, 'err field'],
      ['stored key', 'err field'],
      ['stored', 'err field'],
      ['stored cert', 'ok len=0'],
      ['read key 0', 'err field'],
      ['read cert 0', 'err empty'],
      ['read csr 0', 'err empty'],
      ['prove', 'err field'],
      [`prove ${Buffer.alloc(15).toString('base64')}`, 'err field'],
      [`prove ${Buffer.alloc(65).toString('base64')}`, 'err field'],
      ['data cert 0 AAAA', 'ok'],
      [`commit cert 3 ${sha256(Buffer.alloc(3))}`, 'err wrongKey'],
      ['data config 0 YWJj', 'ok'],
      [`commit config 3 ${sha256(Buffer.from('abc'))}`, 'err field'],
    ];
    for (const [body, expected] of cases) assert.equal(await refusal(body), expected, body);
  });

  test('a line that cannot be read is answered at once, and does no harm', async (t) => {
    const { subject } = await begin(t);
    const console = createConsole(await subject.powerUp());
    const unreadable = encodeFrame('<', { seq: 0, body: 'err line' }).trimEnd();
    const hello = encodeFrame('>', { seq: 9, body: 'hello' });
    const lines = [
      `${hello.replace('hello', 'jello')}`,
      `>0009 ${'x'.repeat(400)}\n`,
      '>0009 hello\n',
      '>zzzz hello*00000000\n',
    ];
    for (const line of lines) assert.equal(await console.ask(line, /^<0000/), unreadable, line);
    // A line that lost its end costs itself, not the next one.
    assert.equal(await console.ask(`>0008 key P-25${hello}`, /^<0000/), unreadable);
    assert.match(
      await console.ask(`typed by a person\n\r\n>\n> ls\n>>>>\x00\xff${hello.replace('\n', '\r\n')}`, /^<0009/),
      / ok proto=1/,
    );
    assert.equal(
      console.lines.filter((line) => line === unreadable).length,
      lines.length + 1,
      'the rest was not for the device',
    );
    assert.ok(console.lines.every((line) => line.length < 256));
  });

  test('the certificate of another key is refused', async (t) => {
    const { connect, ca } = await begin(t);
    const other = await (await begin(t)).connect();
    await other.makeKey(newKey);
    const foreign = ca.installation((await other.readCsr('other')).csrDer, config);
    const device = await connect();
    await device.makeKey(newKey);
    await assert.rejects(
      device.install(foreign, () => {}),
      (error) => isError('device.refused')(error) && (error as StationError).data?.reason === 'wrongKey',
    );
    assert.equal((await device.identify()).hasCertificate, false);
  });

  test('limits: what is too long is refused before a byte is written', async (t) => {
    const { connect, ca } = await begin(t);
    const device = await connect();
    await device.makeKey(newKey);
    const what = ca.installation((await device.readCsr('x'.repeat(64))).csrDer, {});
    const long: Installation = { ...what, rootCaDer: randomBytes(4097) };
    await assert.rejects(
      device.install(long, () => {}),
      isError('device.storageFull'),
    );
    assert.deepEqual(await heldBy(device), {});
    const longest: Installation = { ...what, rootCaDer: randomBytes(4096) };
    await device.install(longest, () => {});
    assert.equal((await heldBy(device)).rootCa, sha256(longest.rootCaDer));
  });

  test('after the seal nothing can be written, and the rest still works', async (t) => {
    const { connect, ca, folder } = await begin(t);
    const device = await connect();
    await device.makeKey(newKey);
    const what = ca.installation((await device.readCsr('unit')).csrDer, config);
    await device.install(what, () => {});
    await device.seal();
    await assert.rejects(device.erase(), isError('device.sealed'));
    await assert.rejects(device.makeKey(newKey), isError('device.sealed'));
    await assert.rejects(device.readCsr('unit'), isError('device.sealed'));
    await assert.rejects(
      device.install({ ...what, config: {}, rootCaDer: randomBytes(9) }, () => {}),
      isError('device.sealed'),
    );
    assert.equal((await heldBy(device)).certificate, sha256(what.certificateDer));
    const nonce = randomBytes(16);
    assert.ok(judgeProof(folder, what.certificateDer, nonce, await nonceProof(device, nonce)));
  });

  test('a unit serial set earlier is told, and survives an erase', async (t) => {
    const { connect } = await begin(t, { presetSerial: 'EARLY-1' });
    const device = await connect();
    assert.equal((await device.identify()).unitSerial, 'EARLY-1');
    await device.erase();
    assert.equal((await device.identify()).unitSerial, 'EARLY-1');
  });
}
