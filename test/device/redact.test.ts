/** What is taken out of a conversation beside a secret itself: its parts elsewhere, and how small a part is one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Direction, Piece } from '../../app/device/excerpt.ts';
import { redact, redactedMark } from '../../app/device/redact.ts';

const none: Record<Direction, number> = { in: 0, out: 0 };
const piece = (dir: Direction, text: string): Piece => ({ ms: 0, dir, text });
const pin = /pin=(?<secret>\w*)/;
const key = /key=(?<key>\w*)/;

/** What is kept of the answers when this was sent before. */
const kept = (sent: string, came: string, pattern = pin) => {
  const [pieces = []] = redact([[piece('out', sent), piece('in', came)]], none, [pattern]);
  return pieces.filter(({ dir }) => dir === 'in').map(({ text }) => text)[0] ?? '';
};

const letters = Array.from({ length: 90 }, (_, at) => String.fromCharCode(48 + (at % 10), 97 + ((at * 7) % 26))).join(
  '',
);

describe('a part of a secret that comes back', () => {
  test('is taken out from six characters on; of a private key, from thirty-two', () => {
    assert.equal(kept('pin=abcdefgh', '<bcdefg>'), `<${redactedMark}>`);
    assert.equal(kept('pin=abcdefgh', '<bcdef>'), '<bcdef>');
    const whole = letters.slice(0, 60);
    assert.equal(kept(`key=${whole}`, `<${whole.slice(5, 37)}>`, key), `<${redactedMark}>`);
    assert.equal(kept(`key=${whole}`, `<${whole.slice(5, 36)}>`, key), `<${whole.slice(5, 36)}>`);
  });

  test('is the whole of a short one, from four characters on', () => {
    assert.equal(kept('pin=abcd', '<abcd>'), `<${redactedMark}>`);
    assert.equal(kept('pin=abc', '<abc>'), '<abc>', 'three letters are in any word');
  });

  test('goes to its last character, at the beginning and at the end of what came', () => {
    assert.equal(kept('pin=abcdefgh', 'abcdefgh'), redactedMark);
    assert.equal(kept('pin=abcdefgh', 'cdefgh!'), `${redactedMark}!`);
    assert.equal(kept('pin=abcdefgh', '!abcdef'), `!${redactedMark}`);
  });

  test('is found over the control characters that a console prints within a line', () => {
    assert.equal(kept('pin=abcdefgh', '<abc\r\n\x1b[1;32mdef>'), `<${redactedMark}>`);
    assert.equal(kept('pin=abcdefgh', '<abc\x1b\x1b[K\x07\x7fdef>'), `<${redactedMark}>`);
  });

  test('takes what stands between it and the next one with it, when that is shorter than a part', () => {
    assert.equal(kept('pin=abcdefghijklmnop', '<abcdef?????klmnop>'), `<${redactedMark}>`);
    assert.equal(kept('pin=abcdefghijklmnop', '<abcdef??????klmnop>'), `<${redactedMark}??????${redactedMark}>`);
  });

  test('is looked for of a hundred secrets, and in their first 8192 characters', () => {
    const secret = (at: number) => `s${String(at).padStart(7, '0')}`;
    const sent = (count: number) => Array.from({ length: count }, (_, at) => `pin=${secret(at)}`).join('\n');
    const last = `<${secret(99)}>`;
    assert.equal(kept(sent(100), last), `<${redactedMark}>`);
    const more = kept(`${sent(100)}\npin=QRSTUVWX`, '<QRSTUVWX>');
    assert.equal(more, '<QRSTUVWX>');
    const long = `${'x'.repeat(8186)}abcdefGHIJKL`;
    assert.equal(kept(`pin=${long}`, '<abcdef>'), `<${redactedMark}>`);
    assert.equal(kept(`pin=${long}`, '<bcdefG>'), '<bcdefG>');
  });
});

test('each secret leaves one mark where it began, however its text was cut, and none of its pieces', () => {
  const cut = ['a pin=ab', 'cd', 'ef b', ' pin=gh', 'ijkl'].map((text) => piece('out', text));
  const [pieces = []] = redact([cut], none, [pin]);
  assert.deepEqual(
    pieces.map(({ text }) => text),
    [`a pin=${redactedMark}`, ' b', ` pin=${redactedMark}`],
  );
  const touching = redact([[piece('out', 'pin=abcdefpin=')]], none, [/pin=(?<secret>[a-f]{3})/, /(?<secret>def)/]);
  assert.equal(touching[0]?.[0]?.text, `pin=${redactedMark}pin=`);
  assert.deepEqual(
    redact([[piece('out', 'pin= x')]], none, [pin])[0],
    [piece('out', 'pin= x')],
    'an empty one is none',
  );
});

test('a pattern without a group takes all that it fits, each time that it fits', () => {
  const [pieces = []] = redact([[piece('in', 'a 1234, then 5678')]], none, [/\d{4}/]);
  assert.equal(pieces[0]?.text, `a ${redactedMark}, then ${redactedMark}`);
});

describe('where bytes of a side are missing', () => {
  const after = (text: string, leftOut: Partial<Record<Direction, number>> = { in: 5 }, dir: Direction = 'in') => {
    const portions = [[piece('in', 'begin\n'), piece('out', 'ask\n')], [piece(dir, text)]];
    return redact(portions, { ...none, ...leftOut }, [])[1]?.[0]?.text;
  };
  const line = 'QUJDREVGR0hJSktM';

  test('the line that was cut is not kept, nor lines behind it that look like a key', () => {
    assert.equal(after('half\r\nwhole\r\n'), 'whole\r\n');
    assert.equal(after(`half\n${line}\n${line}==\nwhole`), 'whole');
    assert.equal(after(`half\n${line.slice(1)}\nwhole`), `${line.slice(1)}\nwhole`, 'fifteen characters are a word');
  });

  test('nor a key up to its end, where its beginning is missing', () => {
    const end = '-----END EC PRIVATE KEY-----';
    assert.equal(after(`half\nshort\n${end}\nwhole`), `${end}\nwhole`);
    const both = `half\nx\n-----BEGIN PRIVATE KEY-----\nshort\n-----END PRIVATE KEY-----\n`;
    assert.equal(after(both), `x\n-----BEGIN PRIVATE KEY-----${redactedMark}-----END PRIVATE KEY-----\n`);
  });

  test('a secret in the line that was cut has its mark', () => {
    const portions = [[piece('in', 'begin\n')], [piece('in', 'x pin=abcdef y\nwhole')]];
    const [, [kept] = []] = redact(portions, { ...none, in: 5 }, [pin]);
    assert.equal(kept?.text, `${redactedMark}whole`);
  });

  test('of the other side all is kept, for nothing of it is missing', () => {
    assert.equal(after('half\r\nwhole\r\n', { in: 5 }, 'out'), 'half\r\nwhole\r\n');
    assert.equal(after('half\r\nwhole\r\n', { out: 5 }), 'half\r\nwhole\r\n');
  });
});
