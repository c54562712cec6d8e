/** The words of the nRF91's AT interface, on both sides of every border. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cme, final, isImei, isTooOld, refusalOf, verdictOf, wrap } from '../../app/device/drivers/nrf91/at.ts';

test('an IMEI has fifteen digits, and its check digit finds each wrong one', () => {
  // 3GPP 23.003 §B, and one with digits above four in each doubled place.
  for (const imei of ['490154203237518', '352656100367872', '999999999999994']) {
    assert.equal(isImei(imei), true, imei);
    for (let at = 0; at < imei.length; at += 1) {
      const other = String((Number(imei[at]) + 1) % 10);
      assert.equal(isImei(imei.slice(0, at) + other + imei.slice(at + 1)), false, `digit ${at} of ${imei}`);
    }
  }
  for (const text of ['', '49015420323751', '4901542032375180', '49015420323751x', '000000000000001'])
    assert.equal(isImei(text), false, text);
});

test('modem firmware from the first that lists digests on', () => {
  for (const old of ['mfw_nrf9160_1.3.1', 'mfw_nrf9160_1.2.9', 'mfw_nrf9160_0.9.9', 'mfw_nrf91x1_1.9.9'])
    assert.equal(isTooOld(old), true, old);
  const good = [
    'mfw_nrf9160_1.3.2',
    'mfw_nrf9160_1.4.0',
    'mfw_nrf9160_2.0.0',
    'mfw_nrf91x1_2.0.0',
    'mfw_nrf91x1_2.0.1-55',
  ];
  for (const one of [...good, 'mfw_nrf92_0.1.0', '', 'custom']) assert.equal(isTooOld(one), false, one);
});

test('a command for a shell has no line ends of its own', () => {
  assert.equal(wrap('raw', 'AT\r\nX'), 'AT\r\nX');
  assert.equal(wrap('at', 'AT"a\r\nb\nc"'), `at 'AT"a\\nb\\nc"'`);
});

test('the last line of an answer is the verdict', () => {
  const verdict = (end: string) => verdictOf({ lines: [], end });
  assert.deepEqual(['OK', 'ERROR', '+CME ERROR: 513', 'at: command not found'].map(verdict), [
    'ok',
    'refused',
    513,
    'refused',
  ]);
  for (const end of ['OK', 'ERROR', '+CME ERROR: 0', 'at: command not found']) assert.ok(final.test(end), end);
  for (const line of ['OKAY', '+CME ERROR: 123456', '+CGSN', '']) assert.ok(!final.test(line), line);
});

test('each refusal is told with its command and its number', () => {
  const refusal = (...given: Parameters<typeof refusalOf>) => {
    const { code, data } = refusalOf(...given);
    return [code, data?.command, data?.reason];
  };
  assert.deepEqual(refusal('AT%CMNG=1,2,3', 'refused'), ['device.refused', 'AT%CMNG', 'ERROR']);
  assert.deepEqual(refusal('AT+CGSN', cme.memoryFull), ['device.storageFull', 'AT+CGSN', 'CME 515']);
  assert.deepEqual(refusal('AT%KEYGEN=1', cme.keyGeneration), ['device.keyFailed', 'AT%KEYGEN', 'CME 523']);
  assert.deepEqual(refusal('nonsense', 999), ['device.refused', 'AT', 'CME 999']);
  const said: [number, RegExp][] = [
    [513, /nothing under this security tag/],
    [514, /does not allow/],
    [518, /offline/],
    [519, /already/],
    [520, /XPMNG/],
    [527, /invalid or too large/],
    [528, /voltage/],
    [1, /does not know/],
  ];
  for (const [number, words] of said) {
    const { code, detail } = refusalOf('AT', number);
    assert.equal(code, 'device.refused');
    assert.match(detail, words);
  }
});
