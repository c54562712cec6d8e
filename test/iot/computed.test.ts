/** A policy inside a template: what a parameter fills is not known yet, and nothing is said about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTemplate } from '../../app/iot/index.ts';

const at = '/Resources/policy/Properties/PolicyDocument';

/** Where a fleet template with this policy statement has findings in its policy. */
function findingsOf(statement: object) {
  const PolicyDocument = { Version: '2012-10-17', Statement: [statement] };
  const template = {
    Parameters: { Name: { Type: 'String' } },
    Resources: {
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'Name' } } },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' } },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument } },
    },
  };
  const { problems, warnings } = checkTemplate(JSON.stringify(template), 'fleet');
  return [...problems, ...warnings].flatMap(({ path }) => (path.startsWith(at) ? [path.slice(at.length)] : []));
}

const resource = 'arn:aws:iot:us-east-1:123456789012:client/x';
const connect = { Effect: 'Allow', Action: 'iot:Connect', Resource: resource };
const name = { Ref: 'Name' };

test('a part that a parameter fills has no findings, in a member or in a list', () => {
  assert.deepEqual(findingsOf(connect), []);
  assert.deepEqual(findingsOf({ ...connect, Effect: name }), []);
  assert.deepEqual(findingsOf({ ...connect, Action: name }), []);
  assert.deepEqual(findingsOf({ ...connect, Action: ['iot:Connect', name] }), []);
  assert.deepEqual(findingsOf({ ...connect, Resource: [name, resource] }), []);
});

test('the parts beside it are checked all the same', () => {
  assert.deepEqual(findingsOf({ ...connect, Effect: 'Maybe', Resource: name }), ['/Statement/0/Effect']);
});
