import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { pemOf } from '../../../app/device/pem.ts';
import { createFreertosDevice, type FreertosOptions } from '../../../app/practice/devices/freertos/device.ts';
import { createJumpingClock, folderFor, judgeCsr, testCa } from '../../device/support.ts';

const traits = { model: 'B-U585I', hardwareRevision: 'C', firmware: '1.0', hardwareId: 'none' };

/** A person at a terminal: types, and sees what the device printed since. */
function bench(t: TestContext, options: Partial<FreertosOptions> = {}) {
  const clock = createJumpingClock();
  const device = createFreertosDevice({ clock, traits, ...options });
  t.after(() => device.powerOff());
  const sit = () => {
    const channel = device.connect();
    let seen = '';
    const waiting: { ready: () => boolean; resolve: () => void }[] = [];
    channel.onData((bytes) => {
      seen += Buffer.from(bytes).toString('latin1');
      for (const each of waiting.splice(0)) each.ready() ? each.resolve() : waiting.push(each);
    });
    const until = (ready: () => boolean) =>
      new Promise<void>((resolve) => (ready() ? resolve() : waiting.push({ ready, resolve })));
    const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
    /** Types a line and returns what follows it, up to the next prompt. */
    const say = async (line: string) => {
      seen = '';
      await channel.write(Buffer.from(`${line}\r\n`));
      const echo = `> ${line.replace('\x03', '')}\r\n`;
      await until(() => `> ${seen}`.includes(echo) && seen.endsWith('\n> '));
      return `> ${seen}`.slice(`> ${seen}`.indexOf(echo) + echo.length, -2);
    };
    const paste = async (pem: string) => {
      let answer = '';
      for (const line of pem.trim().split('\n')) answer = await say(line);
      return answer;
    };
    return { channel, say, paste, wait, until, seen: () => seen };
  };
  return { device, clock, sit };
}

const toPem = (der: Uint8Array) => pemOf(der, '\n');
const derOf = (text: string) =>
  Buffer.from(text.replace(/[\s\S]*?-----BEGIN [A-Z ]+-----|-----END[\s\S]*/g, ''), 'base64');

describe('the simulated FreeRTOS firmware, spoken to by hand', () => {
  test('greets with a prompt, echoes, and does not know what it does not know', async (t) => {
    const { sit } = bench(t);
    const { channel, say, until, seen } = sit();
    await until(() => seen().endsWith('\r\n> '));
    await channel.write(Buffer.from('\r\n\r\nabc'));
    await until(() => seen().endsWith('> abc'));
    await channel.write(Buffer.from('\x03'));
    await until(() => seen().endsWith('> abc\r\n> '));
    assert.match(await say('AT+CGSN'), /^Command not recognized/);
    assert.equal(
      await say('x'.repeat(64)),
      "Command not recognized. Enter 'help' to view a list of available commands.\r\n",
    );
  });

  test('a key, its CSR with the thing name in it, the certificate and the root: openssl finds them good', async (t) => {
    const { sit } = bench(t);
    const { say, paste } = sit();
    assert.match(await say('pki export key'), /^ERROR: Failed to locate/);
    assert.equal(await say('pki generate csr'), '');
    assert.equal(await say('conf set thing_name SN-1'), 'thing_name="SN-1"\r\n');
    const made = await say('pki generate key');
    assert.match(made, /^SUCCESS: Key pair generated and stored in\r\nPrivate Key Label: tls_key_priv\r\n/);
    const csr = derOf(await say('pki generate csr'));
    const { verified, text } = judgeCsr(folderFor(t), csr);
    assert.ok(verified);
    assert.match(text, /Subject: CN=SN-1\n/);
    assert.match(text, /Digital Signature[\s\S]*SSL Client/);
    const spki = createPublicKey({ key: derOf(made), format: 'der', type: 'spki' });
    assert.deepEqual(derOf(await say('pki export key')), spki.export({ format: 'der', type: 'spki' }));
    const { certificateDer, rootCaDer } = testCa().installation(csr, {});
    assert.equal(await say('pki import cert'), '');
    assert.equal(await paste(toPem(certificateDer)), "Success: Certificate loaded to label: 'tls_cert'.\r\n");
    await say('pki import cert root_ca_cert');
    assert.match(await paste(toPem(rootCaDer)), /root_ca_cert/);
    assert.deepEqual(derOf(await say('pki export cert')), certificateDer);
    assert.deepEqual(derOf(await say('pki export cert root_ca_cert')), rootCaDer);
    assert.notEqual(await say('pki generate key'), made, 'a second key replaces the first');
  });

  test('keeps what was committed, forgets what was not, over a reset and over a loss of power', async (t) => {
    const { sit } = bench(t);
    const first = sit();
    await first.say('conf set mqtt_endpoint a.example.com');
    assert.match(await first.say('conf commit'), /^Configuration saved to NVM/);
    await first.say('conf set mqtt_endpoint b.example.com');
    assert.match(await first.say('conf get mqtt_endpoint'), /"b\.example\.com"/);
    await first.say('reset');
    assert.match(await first.say('conf get mqtt_endpoint'), /"a\.example\.com"/);
    await first.say('conf set thing_name gone');
    await first.channel.close();
    const second = sit();
    assert.match(
      await second.say('conf get'),
      /^thing_name=""\r\nmqtt_endpoint="a\.example\.com"\r\nmqtt_port=8883\r\n/,
    );
  });

  test('refuses a line that is too long, what is no PEM, more than fits, and a label of its own kind', async (t) => {
    const { sit } = bench(t);
    const { say, paste } = sit();
    await say('pki import cert');
    assert.match(await say('conf get'), /header does not contain the expected text/);
    await say('pki import cert');
    await say('-----BEGIN CERTIFICATE-----');
    assert.match(await say('A'.repeat(65)), /exceeds maximum line length/);
    await say('pki import cert');
    assert.match(await paste(toPem(Buffer.alloc(2048, 7))), /^(Error: Out of memory|Command not recognized)/);
    await say('pki import cert');
    assert.equal(await paste(toPem(Buffer.alloc(100, 7))), '', 'not a certificate, and not a word about it');
    assert.equal(await say('pki export cert'), '');
    assert.match(await say('conf set nonsense 1'), /^Error: key: nonsense was not recognized/);
  });

  test('stays in an import over Ctrl-C, and over a cable that does not power it', async (t) => {
    const { sit } = bench(t, { selfPowered: true });
    const first = sit();
    await first.say('pki import cert');
    await first.say('-----BEGIN CERTIFICATE-----');
    await first.channel.write(Buffer.from('\x03'));
    await first.channel.close();
    const second = sit();
    assert.equal(await second.say('conf get'), '', 'taken for a line of the certificate');
    assert.match(await second.say('conf get'), /^thing_name=/);
  });

  test('loses bytes that come faster than it reads them, and says so', async (t) => {
    const { sit } = bench(t);
    const { channel, say, until, seen } = sit();
    await channel.write(Buffer.from('pki generate key\r\n'));
    // The LF and four lines take 505 of the 512 bytes of its ring. The fifth line has 25.
    for (const name of ['a', 'b', 'c', 'd'])
      await channel.write(Buffer.from(`conf set thing_name ${name.repeat(104)}\r\n`));
    await channel.write(Buffer.from('conf set wifi_ssid yyyy\r\n'));
    await until(() => seen().includes('Dropped 18 bytes'));
    assert.match(await say('\x03conf get thing_name'), /thing_name="d{104}"/);
    assert.match(await say('conf get wifi_ssid'), /wifi_ssid=""/);
  });

  test('FreeRTOS’s provision.py: what it sends, in its pieces, gets the answers that it waits for', async (t) => {
    const { sit, device } = bench(t);
    const { channel, say, until, seen, wait } = sit();
    // It begins with Ctrl-C, sends two bytes at a time, and takes the first line for the echo.
    const typed = async (line: string) => {
      for (const piece of `${line}\r\n`.match(/[\s\S]{1,2}/g) ?? []) await channel.write(Buffer.from(piece));
    };
    await channel.write(Buffer.from('\x03'));
    await until(() => seen().endsWith('\r\n> \r\n> '));
    const config = await say('conf get');
    for (const line of config.trimEnd().split('\r\n')) assert.match(line, /^[a-z_]+=(?:\d+|"[^"]*")$/);
    for (const [key, value] of [
      ['thing_name', 'dev-1'],
      ['wifi_ssid', 'net'],
      ['wifi_credential', 'pw'],
    ])
      assert.equal(await say(`conf set ${key} ${value}`), `${key}="${value}"\r\n`);
    assert.equal(await say('conf set time_hwm 1795927578'), 'time_hwm=1795927578\r\n');
    assert.equal(await say('conf commit'), 'Configuration saved to NVM.\r\n');
    const spki = createPublicKey({ key: derOf(await say('pki generate key')), format: 'der', type: 'spki' });

    // A certificate of its own, which the tool registers without a CA.
    const own = new X509Certificate(derOf(await say('pki generate cert')));
    assert.ok(own.publicKey.equals(spki) && own.verify(spki));
    assert.deepEqual([own.subject, own.issuer], ['CN=dev-1', 'CN=dev-1']);
    assert.deepEqual([own.validFrom, own.validTo], ['Jan  1 00:00:00 1970 GMT', 'Dec 31 23:59:59 2069 GMT']);
    assert.deepEqual(derOf(await say('pki export cert')), own.raw, 'it is kept at once');

    // A certificate goes out without a pause, with two blank lines after it. The longest that it sends has 26 lines.
    const root = toPem(testCa().rootCaDer).trimEnd();
    assert.ok(root.length > 512, 'more than the receiver keeps');
    await typed('pki import cert root_ca_cert');
    await until(() => seen().endsWith('pki import cert root_ca_cert\r\n> '));
    await channel.write(Buffer.from(`${root.replaceAll('\n', '\r\n')}\r\n\r\n\r\n`));
    await until(() => seen().endsWith("Success: Certificate loaded to label: 'root_ca_cert'.\r\n> "));
    const echoed = seen().slice(seen().indexOf('> -----BEGIN'), seen().lastIndexOf('Success'));
    assert.equal(echoed.replaceAll('> ', '').replaceAll('\r\n', '\n').trimEnd(), root, 'the tool compares the echo');
    await typed('reset');
    await until(() => seen().includes('Resetting device.\r\n'));
    await wait(1000);
    assert.match(await say('conf get thing_name'), /"dev-1"/);
    assert.deepEqual(device.holds().get('root_ca_cert'), testCa().rootCaDer);
  });

  test('a self-signed certificate as Mbed TLS writes it: openssl reads every extension', async (t) => {
    const { sit } = bench(t);
    const { say } = sit();
    assert.equal(await say('pki generate cert'), '', 'without a key there is not a word');
    await say('conf set thing_name dev-1');
    await say('pki generate key');
    const der = derOf(await say('pki generate cert root_ca_cert tls_key_priv'));
    const { stdout } = spawnSync('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], { input: der });
    const text = String(stdout);
    for (const wanted of [/SSL Client/, /CA:FALSE/, /Subject Key Identifier/, /Authority Key Identifier/])
      assert.match(text, wanted);
    assert.match(text, /Key Usage: critical\s+Digital Signature\n/);
    assert.deepEqual(derOf(await say('pki export cert root_ca_cert')), der);
    assert.equal(await say('pki export cert'), '');
    assert.match(await say('pki generate cert x'), /BEGIN CERTIFICATE/);
    assert.equal(await say('pki export cert x'), '', 'printed, and not kept: no such label');
    await say('conf set thing_name a,b');
    assert.equal(await say('pki generate csr'), '', 'the comma begins an attribute that is none');
  });

  test('labels, objects and numbers as the sources take them', async (t) => {
    const { sit } = bench(t);
    const { channel, say, paste, until, seen } = sit();
    assert.match(await say('pki generate key a b'), /^ERROR: Failed to generate/);
    assert.match(await say('pki generate key tls_key_pub'), /^SUCCESS/, 'one label alone is not looked at');
    const publicPem = String((await say('pki export key')).split('\r\n').slice(1).join('\n'));
    await say('pki import key');
    assert.equal(await paste(publicPem), "Success: Public Key loaded to label: 'ota_signer_pub'.\r\n");
    assert.match(await say('pki export key ota_signer_pub'), /^Public Key Label: ota_signer_pub\r\n-----BEGIN/);
    await say('pki import key other');
    assert.match(await paste(publicPem), /^Error: failed to save public key to label: 'other'/);
    await say('pki import key');
    await paste('-----BEGIN PUBLIC KEY-----\nAAAA');
    await channel.write(Buffer.from('-----END PUBLIC KEY-----\r\n'));
    await until(() => seen().endsWith('ERROR: Failed to parse public key.> '));
    await say('pki import cert other');
    const failed = await paste(toPem(testCa().rootCaDer));
    assert.equal(failed, "Error: failed to save certificate to label: 'other'.\r\n");
    assert.match(await say('pki generate'), /^Error: Not enough arguments to 'pki generate' command\.\r\npki:/);
    assert.match(await say('pki generate x'), /^Error: Invalid object type: 'x' specified for generate command\./);
    assert.match(await say('pki export x'), /^Error: Invalid object type: 'x' specified for import command\./);
    for (const line of ['pki', 'pki list', 'pki import']) assert.match(await say(line), /^pki:\r\n/, line);
    assert.equal(await say('conf set time_hwm 12x'), 'time_hwm=12\r\n');
    assert.equal(await say('conf set time_hwm x'), 'time_hwm=0\r\n');
    assert.match(await say(' conf get'), /^Command not recognized/, 'a blank is no part of a command');
    assert.match(await say('conf'), /^conf:\r\n/);
    assert.match(await say('help conf'), /^conf:\r\n(?![\s\S]*pki:)/);
    assert.match(await say('help'), /help:[\s\S]*conf:[\s\S]*pki:[\s\S]*reset:/);
    assert.match(await say('uptime'), /^up 0 day\(s\) 00:00:\d\d\.\d{3}\r\n$/);
  });

  test('writes log over a half-typed line and in the middle of an answer', async (t) => {
    const { device, sit } = bench(t);
    const { say } = sit();
    await say('pki generate key');
    device.fault = { noise: 3 };
    const answer = await say('pki export key');
    assert.match(answer, /\r\x1b\[K<INF>/);
    assert.match(answer, /\r\n> pki export key\r\n|Public Key Label/);
  });

  test('a key takes about a second of its time', async (t) => {
    const { sit, clock } = bench(t);
    const { say } = sit();
    const began = clock.monotonicMs();
    await say('pki generate key');
    const tookMs = clock.monotonicMs() - began;
    assert.ok(tookMs > 900 && tookMs < 1200, `${tookMs} ms`);
  });
});
