import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTranslator, type IntlError } from 'use-intl/core';
import { checkNames, errorCodes, sentenceOf } from '../../app/contract/index.ts';
import { checkPolicy, checkTemplate } from '../../app/iot/index.ts';
import { checkTables } from '../../renderer/words/checkwords.ts';
import { de } from '../../renderer/words/de.ts';
import { en } from '../../renderer/words/en.ts';
import { errorsDe } from '../../renderer/words/errors.de.ts';
import { errorsEn } from '../../renderer/words/errors.en.ts';
import { errorWordsOf } from '../../renderer/words/index.ts';

type Table = { readonly [key: string]: string | Table };

function leaves(table: Table, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}

/** `{name`, `<tag>`: what a message asks for, without the words of its branches. */
const placeholders = (message: string) =>
  [
    ...new Set([...message.matchAll(/\{(\w+)(?=[,}])/g), ...message.matchAll(/<(\w+)>/g)].map((match) => match[1])),
  ].sort();

const languages = { en: new Map(leaves(en)), de: new Map(leaves(de)) };

test('no word is empty, in any language', () => {
  for (const [language, words] of Object.entries(languages)) {
    for (const [key, word] of words) assert.notEqual(word.trim(), '', `${language} ${key}`);
  }
});

test('both languages have the same keys and ask for the same values', () => {
  assert.deepEqual([...languages.de.keys()].sort(), [...languages.en.keys()].sort());
  for (const [key, word] of languages.en) {
    assert.deepEqual(placeholders(languages.de.get(key) ?? ''), placeholders(word), key);
  }
});

test('what checks say asks for the same values in both languages, and is said in German', () => {
  for (const [code, words] of Object.entries(checkTables.en)) {
    const german = checkTables.de[code as keyof typeof checkTables.de];
    assert.deepEqual(placeholders(german), placeholders(words), code);
    if (/\p{L}/u.test(words.replaceAll(/\{\w+\}/g, ''))) assert.notEqual(german.trim(), words, code);
  }
});

test('a thing has one name in German: a batch is a Los, its task a Massenaufgabe', () => {
  const said = [
    ...languages.de.values(),
    ...Object.values(checkTables.de),
    ...Object.values(errorsDe).flatMap((words) => Object.values(words)),
  ];
  assert.deepEqual(
    said.filter((words) => /Stapel|Bulk-Auf/.test(words)),
    [],
  );
});

test('each check of the station has a title in each language', () => {
  for (const { doctor } of [en.station, de.station])
    for (const name of checkNames) assert.match(doctor.name[name], /^\p{Lu}/u, name);
});

test('a finding says in each language what is wrong, also within another finding', () => {
  const statement = { Effect: 'Allow', Action: ['iot:Publish', 'iot:Connect'], Resource: 'thing/x' };
  const arn = 'arn:aws:iot:eu-west-1:123456789012:thing/x';
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Resource: arn }] });
  const [useless] = checkPolicy(policy).warnings;
  assert.equal(useless?.message, `"${arn}" never matches: these actions are about topic/… or client/…`);
  assert.equal(
    useless && sentenceOf(useless, checkTables.de, 'de'),
    `„${arn}“ passt nie: Bei diesen Aktionen geht es um topic/… oder client/…`,
  );
  const [broken] = checkPolicy('{"Version": }').problems;
  assert.equal(broken?.message, 'is not JSON: expected a value');
  assert.equal(broken && sentenceOf(broken, checkTables.de, 'de'), 'ist kein JSON: hier muss ein Wert stehen');
  const inline = { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: '{"Statement": []}' } };
  const { problems } = checkTemplate(JSON.stringify({ Resources: { policy: inline } }), 'bulk');
  assert.deepEqual(
    problems.map((one) => [one.message, sentenceOf(one, checkTables.de, 'de')]),
    [['the policy: must hold at least one statement', 'die Richtlinie: muss mindestens ein Statement enthalten']],
  );
});

test('a thing has one name in German', () => {
  for (const [key, word] of [...languages.de, ...leaves(errorsDe)])
    assert.doesNotMatch(word, /\bPolic(y|ies)\b/, `${key}: a policy is a Richtlinie`);
});

test('every message is well-formed ICU', () => {
  for (const [locale, messages] of [
    ['en', en],
    ['de', de],
  ] as const) {
    const problems: IntlError[] = [];
    const t = createTranslator({ locale, messages: messages as Table, onError: (problem) => problems.push(problem) });
    for (const [key, word] of languages[locale]) {
      const values = Object.fromEntries(
        placeholders(word).map((name) => [name ?? '', word.includes(`<${name}>`) ? () => 'x' : 1]),
      );
      t.rich(key as never, values as never);
    }
    assert.deepEqual(
      problems.map((problem) => problem.message),
      [],
    );
  }
});

test('every error has words in every language: what happened, what it means, the next act', () => {
  for (const table of [errorsEn, errorsDe]) {
    assert.deepEqual(Object.keys(table).sort(), [...errorCodes].sort());
    for (const [code, words] of Object.entries(table)) {
      for (const [part, sentence] of Object.entries(words)) assert.match(sentence, /^\p{Lu}.+[.]$/u, `${code} ${part}`);
    }
  }
});

test('the words of an error say the values of its data, in both languages', () => {
  const told = { code: 'link.wrongFirmware', data: { setTo: 'FreeRTOS', found: 'Zephyr' } } as const;
  assert.equal(errorWordsOf(errorsEn, told).next, 'Call an engineer: the slot is set to FreeRTOS, this is Zephyr.');
  assert.match(errorWordsOf(errorsDe, told).next, /auf FreeRTOS eingestellt, dies ist Zephyr/);
  const imei = { code: 'device.badImei', data: { imei: '352656100367873', checkDigit: 2 } } as const;
  for (const table of [errorsEn, errorsDe]) {
    const { what, meaning } = errorWordsOf(table, imei);
    assert.match(`${what} ${meaning}`, /352656100367873.* 2[ .]/);
    assert.doesNotMatch(JSON.stringify(errorWordsOf(table, { code: 'link.wrongFirmware' })), /[{]set|undefined/);
  }
  for (const code of errorCodes)
    assert.deepEqual(placeholders(JSON.stringify(errorsDe[code])), placeholders(JSON.stringify(errorsEn[code])), code);
});

test('an operator meets no jargon in the words of a failed unit', () => {
  const codes = errorCodes.filter((code) => /^(link|device|csr|verify|unit)\./.test(code));
  for (const code of codes) {
    assert.doesNotMatch(
      `${errorsEn[code].what} ${errorsEn[code].next}`,
      /\b(CSR|TBS|nonce|SPKI|exception|null)\b/i,
      code,
    );
  }
});
