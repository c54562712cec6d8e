/** Reasons of the station on record are read back into their sentences, so that screens say them in the person's language. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonTold, sentence, sentenceOf } from '../../app/contract/index.ts';
import { reasonSentences } from '../../app/contract/reasonsentences.ts';
import { lineCheck } from '../../app/iot/index.ts';
import { checkTables } from '../../renderer/words/checkwords.ts';

const german = (reason: string) => {
  const told = reasonTold(reason);
  return told && sentenceOf(told, checkTables.de, 'de');
};

test('each reason that the station writes is read back with its values, whatever they are', () => {
  for (const [code, english] of Object.entries(reasonSentences)) {
    const data = Object.fromEntries(
      [...english.matchAll(/\{(\w+)\}/g)].map(([, name], at) => [name!, `is (${at}): x…`]),
    );
    const filled = english.replace(/\{(\w+)\}/g, (_, name: string) => data[name]!);
    assert.deepEqual(reasonTold(filled), Object.keys(data).length === 0 ? { code } : { code, data });
    assert.notEqual(german(filled), filled, code);
  }
  // As records of earlier versions and the story of a batch have them.
  assert.equal(german('the thing … is that of unit SN-9'), 'das Thing … gehört Gerät SN-9');
});

test('why a line does not fit its template is read back, too', () => {
  const unit = { ThingName: 'SN-1', SerialNumber: 'SN-1', CertificatePem: 'PEM', CACertificatePem: 'PEM' };
  const template = (thing: object, certificate: object = { CertificatePem: { Ref: 'CertificatePem' } }) =>
    JSON.stringify({
      Resources: {
        thing: { Type: 'AWS::IoT::Thing', Properties: thing },
        certificate: { Type: 'AWS::IoT::Certificate', Properties: certificate },
      },
    });
  const reasons = [
    template({ ThingName: { 'Fn::Join': ['/', ['x', { Ref: 'SerialNumber' }]] } }),
    template({ ThingName: { Ref: 'ThingName' }, AttributePayload: { a: { Ref: 'Nothing' } } }),
    template({ ThingName: { 'Fn::Join': ['', ['x', { Ref: 'SerialNumber' }]] } }),
    template({ ThingName: { Ref: 'ThingName' } }, { CertificatePem: 'fixed' }),
  ].map((text) => lineCheck(text)(unit)!);
  for (const { message, code } of reasons) {
    assert.equal(reasonTold(message)?.code, code, message);
    assert.doesNotMatch(german(message)!, /\b(must|needs|would|here)\b/, message);
  }
});

test('what AWS said stays as AWS said it', () => {
  for (const said of [
    'ResourceRegistrationFailureException: the policy of … does not exist',
    'CreateThing ended with InvalidRequestException: thing must be a map',
    'ThrottlingException: Rate exceeded',
    `x ${sentence('certificateRevoked').message}`,
    '',
  ])
    assert.equal(reasonTold(said), undefined, said);
});
