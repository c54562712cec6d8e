/** What the desk works out by itself: trees, acts, steps, to-dos, lines. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { refusals } from '../../app/ca/refusal.ts';
import { accessKinds, accessOf, noAccess } from '../../renderer/ca/access.ts';
import { actsOf } from '../../renderer/ca/acts.ts';
import { lifeSpent, treeOf } from '../../renderer/ca/tree.ts';
import { firstDraft, forgetDraft, freeName, keepDraft, keptDraft, noSecrets } from '../../renderer/ceremony/draft.ts';
import { custodyOf, isComplete, missingSteps, parentAccess, stepsOf } from '../../renderer/ceremony/steps.ts';
import { todoOf } from '../../renderer/ceremony/todo.ts';
import { copyOf } from '../../renderer/profiles/copies.ts';
import { lineOf, placesOf } from '../../renderer/profiles/lines.ts';
import { refusalsEn } from '../../renderer/words/refusals.en.ts';
import { hierarchyOf, ids, newCa, withCa } from './authorities.ts';
import { ownText } from './fakeca.ts';
import { stationStatus } from './fixtures.ts';

const engineer = { engineer: true, cloud: true };
const hierarchy = hierarchyOf();
const caOf = (issuerId: string, from = hierarchy) => {
  const found = from.authorities.find((ca) => ca.issuerId === issuerId);
  assert.ok(found);
  return found;
};

describe('the tree', () => {
  test('every CA stands once, under the one that vouches for it', () => {
    const names = (branches: ReturnType<typeof treeOf>): unknown[] =>
      branches.map(({ ca, below }) => [ca.commonName, ...names(below)]);
    assert.deepEqual(names(treeOf(hierarchy.authorities)), [
      [
        'Line 3 Root CA',
        ['Line 3 Issuing CA 2'],
        ['Line 3 Issuing CA'],
        ['Line 3 Issuing CA HSM'],
        ['Line 3 Pilot CA'],
      ],
      ['Alster Sensors Root G2', ['Alster Device Policy CA', ['Line 3 Cloud CA']]],
    ]);
  });

  test('a CA whose parent is not known is not lost', () => {
    const orphan = newCa('f'.repeat(64), { parentId: '0'.repeat(64) });
    assert.deepEqual(treeOf([orphan]), [{ ca: orphan, below: [] }]);
  });

  test('the share of a life that is over comes from the station’s clock', () => {
    assert.equal(Math.round(lifeSpent(caOf(ids.old)) * 100), 97);
    assert.equal(lifeSpent(caOf(ids.expired)), 1);
  });
});

describe('the acts of a card', () => {
  const acts = (issuerId: string) => actsOf(caOf(issuerId), engineer);
  test('only what makes sense in its state', () => {
    assert.deepEqual(acts(ids.active), ['unlock', 'certificate', 'export', 'split', 'prove']);
    assert.deepEqual(acts(ids.old), [
      'lock',
      'activate',
      'register',
      'certificate',
      'export',
      'split',
      'prove',
      'offline',
      'forget',
    ]);
    assert.deepEqual(acts(ids.token), ['certificate'], 'nothing can be done with a token that is not there');
    assert.deepEqual(acts(ids.company), ['certificate']);
    assert.deepEqual(acts(ids.expired), ['certificate', 'prove'], 'its backup may be proved again');
    assert.deepEqual(acts(ids.kms), ['unlock', 'activate', 'certificate']);
    assert.ok(!acts(ids.root).includes('unlock'), 'a root is opened for one act only');
  });

  test('QA takes certificates along and nothing else', () => {
    for (const ca of hierarchy.authorities)
      assert.deepEqual(actsOf(ca, { engineer: false, cloud: true }), ['certificate']);
  });
});

describe('opening a key', () => {
  test('a token or KMS opens only where it is; a key that left comes from its backup', () => {
    assert.deepEqual(accessKinds(caOf(ids.token)), ['secret']);
    assert.deepEqual(accessKinds(caOf(ids.company)), ['shares', 'export']);
    assert.deepEqual(accessKinds(caOf(ids.root)), ['secret', 'export', 'shares']);
  });

  test('nothing is sent before it is complete', () => {
    assert.equal(accessOf(noAccess('secret'), 'file'), undefined);
    assert.deepEqual(accessOf(noAccess('secret'), 'kms'), { kind: 'secret', secret: '' });
    assert.equal(accessOf({ ...noAccess('shares'), shares: ['one share only'] }, 'file'), undefined);
  });
});

const stored = new Map<string, string>();
Object.assign(globalThis, {
  localStorage: {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  },
});
beforeEach(() => stored.clear());

describe('the ceremony', () => {
  const fresh = firstDraft(hierarchy, stationStatus());
  const passphrase = 'correct horse battery staple';
  const typed = { passphrase, again: passphrase, pin: '' };

  test('a name is offered that nobody has, of 64 characters at most', () => {
    assert.equal(freeName('Line 3 Issuing CA', ['Line 3 Issuing CA', 'Line 3 Issuing CA 2']), 'Line 3 Issuing CA 3');
    const long = freeName(`${'x'.repeat(70)} CA`, []);
    assert.equal(long.length, 64);
    assert.match(long, / CA$/);
  });

  test('each path asks its own questions, and names what is missing', () => {
    const draft = { ...fresh, path: 'issuing' as const };
    assert.deepEqual(stepsOf(fresh, noSecrets), ['kind']);
    assert.deepEqual(missingSteps(draft, noSecrets, hierarchy), ['issuingKey', 'parent']);
    const secrets = { ...noSecrets, issuing: typed, access: { ...noAccess('secret'), secret: 'root secret' } };
    assert.deepEqual(missingSteps(draft, secrets, hierarchy), []);
    assert.deepEqual(missingSteps({ ...draft, path: 'import' }, noSecrets, hierarchy), ['file', 'passphrase']);
    assert.ok(!isComplete('issuing', { ...draft, issuing: { ...draft.issuing, years: '51' } }, secrets, hierarchy));
  });

  test('a root made here needs no second asking, unless the page was left in between', () => {
    const draft = { ...fresh, path: 'both' as const, rootId: ids.root };
    const open = { ...noSecrets, root: typed };
    assert.ok(!stepsOf(draft, open).includes('parent'));
    assert.deepEqual(parentAccess(draft, open, undefined), { kind: 'secret', secret: passphrase });
    assert.ok(stepsOf(draft, noSecrets).includes('parent'));
    assert.equal(parentAccess(draft, noSecrets, caOf(ids.root)), undefined);
  });

  test('what is kept for later holds no secret', () => {
    keepDraft({ ...fresh, path: 'issuing' });
    assert.equal(keptDraft(fresh)?.path, 'issuing');
    assert.doesNotMatch([...stored.values()].join(), /passphrase|"pin"|secret|shares|content/);
    forgetDraft();
    assert.equal(keptDraft(fresh), undefined);
  });

  test('a custody is complete by the contract’s own form', () => {
    const ca = (custody: Partial<typeof fresh.issuing.custody>) => ({
      ...fresh.issuing,
      custody: { ...fresh.issuing.custody, ...custody },
    });
    assert.equal(custodyOf(ca({ kind: 'kms', region: 'nowhere' }), typed), undefined);
    assert.deepEqual(custodyOf(ca({ kind: 'kms', region: 'eu-central-1' }), typed), {
      kind: 'kms',
      region: 'eu-central-1',
    });
    assert.equal(custodyOf(ca({ kind: 'token', tokenSerial: '0A3F21' }), typed), undefined, 'no PIN');
  });

  test('what to do now follows from how things stand', () => {
    const kinds = (from = hierarchy, cloud = true) =>
      todoOf(from, ids.active, cloud).map(({ kind, done }) => `${kind} ${done}`);
    assert.deepEqual(kinds(), [
      'activate true',
      'register true',
      'backup false',
      'rootBackup false',
      'rootOffline false',
    ]);
    const away = withCa(ids.root, {
      custody: 'elsewhere',
      keyState: 'elsewhere',
      backupProvedAt: '2026-11-20T13:05:09.000Z',
    });
    assert.deepEqual(kinds(away, false).slice(-2), ['rootBackup true', 'rootOffline true']);
  });
});

describe('a mistake points at its line', () => {
  const at = (path: string, text = ownText) => lineOf(placesOf(text), path);
  test('values, list items, and what is missing', () => {
    assert.equal(at('name'), 2);
    assert.equal(at('subject'), 3);
    assert.equal(at('subject[1].value'), 5);
    assert.equal(at('subjectAltNames[0].value'), 10);
    assert.equal(at('validity.hours'), 7, 'a part that is missing points at what should hold it');
    assert.equal(at('signature'), 1);
  });

  test('a text that is no JSON points at where it stops being one', () => {
    assert.equal(at('', '{\n  "name": "a",\n  "subject" [\n}'), 3);
    assert.equal(at('', '{\n  "name": "a\n}'), 2);
    assert.equal(at('', '{\n  "a": 1\n}\nx'), 4);
    assert.equal(placesOf(ownText).brokenAt, undefined);
  });

  test('it agrees with JSON.parse on what is JSON', () => {
    for (const text of [
      '{}',
      '[]',
      '[1,2]',
      '{"a":{"b":[{}]}}',
      ' "x" ',
      '[1,]',
      '{"a"}',
      '{"a":1,}',
      '01',
      '',
      '[1 2]',
      'nul',
    ])
      assert.equal(placesOf(text).brokenAt === undefined, parses(text), text);
  });

  test('a copy has a name of its own', () => {
    const name = (text: string) => (JSON.parse(text) as { name: string }).name;
    assert.equal(name(copyOf(ownText, [])), 'alster-sensor-copy');
    assert.equal(name(copyOf(ownText, ['alster-sensor-copy'])), 'alster-sensor-copy2');
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('every reason a request can be refused for has its sentence', () => {
  for (const reason of Object.keys(refusals)) assert.ok(Object.hasOwn(refusalsEn, reason), reason);
});
