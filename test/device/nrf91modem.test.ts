/** What is written to a modem, to the word: while it is looked for, while it is brought in step, and for each answer of a question. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Form, final } from '../../app/device/drivers/nrf91/at.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { openModem } from '../../app/device/drivers/nrf91/modem.ts';
import { paced } from '../../app/device/pace.ts';
import { createSilentLine } from './silentline.ts';
import { isError } from './support.ts';

const imei = '490154203237518\r\nOK\r\n';
const quote = '\x7f\x7f"';
const hello = 'AT+CGSN';
const behind = "at 'AT+CGSN'";

/** What the modem says to a command, the first, second… time that it comes. */
type Says = (command: string, time: number) => string;

function modemOf(says: Says, chosen: Form | 'auto' = 'raw') {
  const commands: string[] = [];
  const silent = createSilentLine((text) => {
    const command = text.replace(/\r\n$/, '');
    commands.push(command);
    return says(command, commands.filter((each) => each === command).length);
  });
  const line = { ...nrf91Driver.line, pieceBytes: 65_536 };
  let understood = 0;
  const onUnderstood = () => {
    understood += 1;
  };
  const options = { clock: silent.clock, line, onUnderstood };
  const modem = openModem(paced(silent.channel, line, silent.clock), options, chosen);
  return { modem, commands, clock: silent.clock, understood: () => understood };
}
const times = <T>(count: number, ...items: T[]): T[] => Array.from({ length: count }, () => items).flat();

describe('looking for a modem', () => {
  test('that never answers goes on for four rounds in each form, and ends a quote where one may be open', async () => {
    for (const [chosen, round] of [
      ['auto', [hello, behind, quote, quote]],
      ['raw', [hello, quote, quote]],
      ['at', [behind]],
    ] as const) {
      const { modem, commands, understood } = modemOf(() => '', chosen);
      await assert.rejects(modem.form(), isError('link.timeout'));
      assert.deepEqual(commands, times(4, ...round), chosen);
      assert.equal(understood(), 0);
    }
  });

  test('ends with the form whose answer has an IMEI, in whichever round, and is not done again', async () => {
    const shell = modemOf((command) => (command === behind ? `${imei}uart:~$ ` : 'ERROR\r\n'), 'auto');
    assert.equal(await shell.modem.form(), 'at');
    assert.equal(await shell.modem.form(), 'at');
    assert.deepEqual([shell.commands, shell.understood()], [[hello, behind], 1]);
    const late = modemOf((command, time) => (command === hello && time === 4 ? imei : ''), 'raw');
    assert.equal(await late.modem.form(), 'raw');
    const bare = modemOf((command, time) => (command === hello ? (time === 1 ? 'OK\r\n' : imei) : ''), 'raw');
    assert.equal(await bare.modem.form(), 'raw');
    assert.deepEqual(bare.commands, [hello, quote, quote, hello], 'an OK alone is no modem');
  });

  test('one quote is enough where it is answered, for then the text has ended', async () => {
    const { modem, commands } = modemOf((command, time) =>
      command === quote ? 'ERROR\r\n' : command === hello && time === 2 ? imei : '',
    );
    assert.equal(await modem.form(), 'raw');
    assert.deepEqual(commands, [hello, quote, hello]);
  });

  test('behind a shell that does not pass commands on says so, however the other form is answered', async () => {
    const fails = 'Sending AT command failed with error code -1\r\nuart:~$ ';
    const { modem } = modemOf((command) => (command === behind ? fails : 'at: command not found\r\n'), 'auto');
    await assert.rejects(modem.form(), (error: unknown) => {
      assert.ok(isError('device.incompatible')(error));
      assert.equal((error as { data?: { reason?: string } }).data?.reason, 'atShell');
      return true;
    });
    const refuses = modemOf(() => '+CME ERROR: 513\r\n', 'at');
    await assert.rejects(refuses.modem.form(), isError('link.timeout'), 'a refusal is no answer of a shell');
  });
});

describe('an order', () => {
  const order = 'AT+CFUN=4';
  const orderOf = async (says: Says, wanted = /^$/) => {
    const { modem, commands, clock } = modemOf((command, time) =>
      command === hello && time === 1 ? imei : says(command, time),
    );
    const result = await modem.order(order, wanted, 1000).catch(({ code }: { code: string }) => code);
    assert.equal(commands.shift(), hello);
    return { result, commands, clock };
  };

  test('is given once where it is answered, whatever the answer is', async () => {
    for (const [answer, verdict] of [
      ['OK\r\n', 'ok'],
      ['ERROR\r\n', 'refused'],
      ['+CME ERROR: 518\r\n', 518],
    ] as const) {
      const { result, commands } = await orderOf(() => answer);
      assert.deepEqual([result, commands], [{ verdict }, [order]]);
    }
    const { result } = await orderOf(() => 'x\r\n7\r\n8\r\nOK\r\n', /^\d$/);
    assert.deepEqual(result, { verdict: 'ok', line: '7' });
  });

  test('without an answer is lost once the modem is in step again, and never given twice', async () => {
    const again = await orderOf((command) => (command === hello ? imei : ''));
    assert.deepEqual([again.result, again.commands], [{ verdict: 'lost' }, [order, hello]]);
    const quoted = await orderOf((command, time) => (command === hello && time === 3 ? imei : ''));
    assert.deepEqual(quoted.commands, [order, hello, quote, quote, hello]);
    const never = await orderOf(() => '');
    assert.equal(never.result, 'link.timeout');
    assert.deepEqual(never.commands, [order, hello, quote, quote, hello, quote, quote, hello]);
  });

  test('that a shell cut off has not run: it is given once more', async () => {
    const cut = "not terminated: '\r\n";
    const twice = await orderOf((command, time) => (command === hello ? imei : time === 1 ? cut : 'OK\r\n'));
    assert.deepEqual([twice.result, twice.commands], [{ verdict: 'ok' }, [order, hello, order]]);
    const always = await orderOf((command) => (command === hello ? imei : cut));
    assert.deepEqual([always.result, always.commands], [{ verdict: 'cut' }, [order, hello, order]]);
    assert.ok(final.test(cut.trim()));
  });
});

describe('a question', () => {
  const ask = 'AT%CMNG=1,7,2';
  const line = (digit: number) => `%CMNG: ${digit}\r\nOK\r\n`;
  const queryOf = async (answers: readonly string[], like?: RegExp) => {
    const { modem, commands } = modemOf((command, time) =>
      command === hello ? imei : (answers[Math.min(time, answers.length) - 1] ?? ''),
    );
    const result = await modem
      .query(ask, /^%CMNG: \d$/, like)
      .catch(({ code, data }: { code: string; data?: { reason?: string } }) => `${code} ${data?.reason ?? ''}`.trim());
    assert.equal(commands.shift(), hello);
    return [result, commands] as const;
  };
  const like = /CMNG/;

  test('is asked again until two answers agree; one that differs may be another one’s, so the modem is brought in step', async () => {
    assert.deepEqual(await queryOf([line(1)]), ['%CMNG: 1', [ask, ask]]);
    assert.deepEqual(await queryOf([line(1), line(2), line(1)]), ['%CMNG: 1', [ask, ask, hello, ask]]);
    assert.deepEqual(await queryOf([line(1), '', line(1)]), ['%CMNG: 1', [ask, ask, hello, ask]]);
    const two = `%CMNG: 1\r\n%CMNG: 2\r\nOK\r\n`;
    assert.deepEqual(await queryOf([two, line(1), line(1)]), ['%CMNG: 1', [ask, hello, ask, ask]]);
  });

  test('may be answered by OK alone only where that can be: then the modem is asked whether it is in step', async () => {
    assert.deepEqual(await queryOf(['OK\r\n'], like), [undefined, [ask, hello, ask]]);
    assert.deepEqual(await queryOf(['OK\r\n', line(1), 'OK\r\n'], like), [undefined, [ask, hello, ask, hello, ask]]);
    assert.deepEqual(await queryOf(['OK\r\n', line(1), line(1)]), ['%CMNG: 1', [ask, hello, ask, ask]]);
    const damaged = '%CMNG: x\r\nOK\r\n';
    assert.deepEqual(await queryOf([damaged, line(1), line(1)], like), ['%CMNG: 1', [ask, hello, ask, ask]]);
  });

  test('has no answer after eight tries; a refusal counts when it came twice, and no answer did', async () => {
    const [never, commands] = await queryOf(['x\r\nOK\r\n']);
    assert.equal(never, 'link.garbled');
    assert.equal(commands.filter((each) => each === ask).length, 8);
    assert.equal((await queryOf(['+CME ERROR: 513\r\n']))[0], 'device.refused CME 513');
    const turns = (...codes: number[]) => codes.map((code) => `+CME ERROR: ${code}\r\n`);
    assert.equal((await queryOf(turns(501, 502, 503, 504, 505, 506, 507, 508)))[0], 'link.garbled');
    assert.equal((await queryOf(turns(501, 502, 502, 504, 505, 501, 507, 508)))[0], 'device.refused CME 501');
    assert.equal((await queryOf([line(1), ...turns(513)]))[0], 'link.garbled', 'it was answered once');
  });
});
