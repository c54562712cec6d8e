/** Which certificates of several make the path of a CA: each rule kept and broken once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oids } from '../../app/ca/asn1/oids.ts';
import { chainFrom } from '../../app/ca/authorities/outsidechain.ts';
import { pemOf } from '../../app/ca/index.ts';
import { authorityKeyIdentifier, basicConstraints } from '../../app/ca/x509/extension.ts';
import { StationError } from '../../app/contract/errors.ts';
import {
  at,
  ca,
  extension,
  leafKey,
  middleKey,
  now,
  type Pair,
  rootKey,
  spkiOf,
  strangerKey,
  usual,
  wide,
} from './handmade.ts';
import { hex } from './support.ts';

const root = ca({ extensions: wide(2) });
const middle = ca({ name: 'Middle', by: 'Root', key: middleKey, signer: rootKey, extensions: wide(1) });
const leaf = ca({ name: 'Leaf', by: 'Middle', key: leafKey, signer: middleKey });
const namesOf = (source: string | Uint8Array[], leafKeyPair?: Pair, time = now) => {
  try {
    const terms = { now: time, ...(leafKeyPair && { leafSpkiDer: spkiOf(leafKeyPair) }) };
    return chainFrom(source, terms)
      .map(({ commonName }) => commonName)
      .join();
  } catch (error) {
    assert.ok(error instanceof StationError, String((error as Error).stack));
    return String(error.data?.reason);
  }
};

test('the path is found in any order, and each certificate counts once', () => {
  for (const all of [
    [root, middle, leaf],
    [leaf, root, middle],
    [middle, middle, leaf, root, leaf],
  ]) {
    assert.equal(namesOf(all), 'Leaf,Middle,Root');
    assert.equal(namesOf(all, leafKey), 'Leaf,Middle,Root');
    assert.equal(namesOf(all, middleKey), 'Middle,Root');
    assert.equal(namesOf(all.map((der) => pemOf('CERTIFICATE', der)).join('text\n')), 'Leaf,Middle,Root');
  }
  assert.equal(namesOf(pemOf('X509 CERTIFICATE', root)), 'Root');
  assert.equal(namesOf([root, middle, leaf], strangerKey), 'otherKey');
  assert.equal(namesOf([middle, leaf]), 'noRoot');
  assert.equal(
    namesOf([
      root,
      ca({ name: 'A', by: 'Root', key: leafKey, signer: rootKey }),
      ca({ name: 'B', by: 'Root', key: middleKey, signer: rootKey }),
    ]),
    'ambiguous',
  );
  assert.equal(namesOf([]), 'unreadable');
  assert.equal(namesOf(''), 'unreadable');
  assert.equal(namesOf('-----BEGIN CERTIFICATE-----\nAAAA'), 'unreadable');
  assert.equal(namesOf([root, hex('3000')]), 'unreadable');
  assert.equal(namesOf(Array.from({ length: 64 }, () => root)), 'Root');
  assert.equal(namesOf(Array.from({ length: 65 }, () => root)), 'tooMany');
});

test('a path is refused for what one of its CAs may not, is not, or is no longer', () => {
  const narrow = ca({ extensions: wide(1) });
  assert.equal(namesOf([narrow, middle, leaf]), 'pathTooLong');
  const free = ca({ extensions: [extension(oids.basicConstraints, true, hex('30030101ff')), ...usual.slice(1)] });
  assert.equal(namesOf([free, middle, leaf]), 'Leaf,Middle,Root');
  assert.equal(namesOf([root, middle, leaf], leafKey, at('2032-01-01')), 'expired');
  assert.equal(namesOf([root, middle, leaf], leafKey, at('2029-01-01')), 'notYetValid');
  const old = ca({ extensions: wide(2), to: at('2030-02-01') });
  assert.equal(namesOf([old, middle, leaf]), 'expired');
  assert.equal(namesOf([old, root, middle, leaf], leafKey), 'Leaf,Middle,Root', 'the one that is valid');
  const forged = ca({ name: 'Leaf', by: 'Middle', key: leafKey, signer: strangerKey });
  assert.equal(namesOf([root, middle, forged]), 'brokenChain');
  assert.equal(namesOf([ca({ signer: strangerKey })]), 'brokenChain', 'a root that another key signed');
  const named = ca({
    name: 'Leaf',
    by: 'Middle',
    key: leafKey,
    signer: middleKey,
    extensions: [...usual, authorityKeyIdentifier(hex('0b'))],
  });
  assert.equal(namesOf([root, middle, named]), 'brokenChain', 'it names another key');
  const noCa = ca({
    name: 'Middle',
    by: 'Root',
    key: middleKey,
    signer: rootKey,
    extensions: [basicConstraints(false)],
  });
  assert.equal(namesOf([root, noCa, leaf], leafKey), 'notCa');
  const twin = ca({ name: 'Leaf', by: 'Leaf2', key: leafKey, signer: middleKey });
  const between = ca({ name: 'Leaf2', by: 'Leaf', key: middleKey, signer: strangerKey, extensions: wide(1) });
  const top = ca({ name: 'Leaf', key: strangerKey, extensions: wide(2) });
  assert.equal(namesOf([twin, between, top], leafKey), 'nameClash');
  const silent = ca({ name: 'Leaf', by: 'Middle', key: leafKey, signer: middleKey, extensions: usual.slice(0, 2) });
  assert.equal(namesOf([root, middle, silent]), 'noKeyIdentifier');
});

test('of several certificates for one key the valid, the last and the certified one is taken', () => {
  const own = ca({ name: 'Leaf', key: leafKey });
  assert.equal(namesOf([own, root, middle, leaf], leafKey), 'Leaf,Middle,Root', 'not the one it signed itself');
  assert.equal(namesOf([own], leafKey), 'Leaf');
  const longer = ca({ name: 'Leaf', by: 'Middle', key: leafKey, signer: middleKey, to: at('2030-12-01') });
  const endOf = (all: Uint8Array[]) => chainFrom(all, { leafSpkiDer: spkiOf(leafKey), now })[0]!.notAfter.toISOString();
  for (const all of [
    [leaf, longer],
    [longer, leaf],
  ])
    assert.equal(endOf([...all, middle, root]), '2031-01-01T00:00:00.000Z');
  const future = ca({
    name: 'Leaf',
    by: 'Middle',
    key: leafKey,
    signer: middleKey,
    from: at('2030-07-01'),
    to: at('2033-01-01'),
  });
  for (const all of [
    [leaf, future],
    [future, leaf],
  ])
    assert.equal(endOf([...all, middle, root]), '2031-01-01T00:00:00.000Z', 'not one of later');
  const atTime = (all: Uint8Array[], time: Date) =>
    chainFrom([...all, middle, root], { leafSpkiDer: spkiOf(leafKey), now: time })[0]!.notAfter.toISOString();
  assert.equal(atTime([leaf, future], at('2030-07-01')), '2033-01-01T00:00:00.000Z', 'valid from its first moment');
  const later = ca({
    name: 'Leaf',
    by: 'Middle',
    key: leafKey,
    signer: middleKey,
    from: at('2030-12-02'),
    to: at('2033-01-01'),
  });
  assert.equal(atTime([later, longer], at('2030-12-01')), '2030-12-01T00:00:00.000Z', 'valid to its last moment');
  const noCa = {
    name: 'Middle',
    by: 'Root',
    signer: rootKey,
    extensions: [basicConstraints(false)],
    to: at('2033-01-01'),
  };
  const namesake = ca({ ...noCa, key: middleKey });
  assert.equal(namesOf([namesake, root, middle, leaf], leafKey), 'Leaf,Middle,Root', 'not one that is no CA');
  assert.equal(namesOf([ca({ ...noCa, key: strangerKey }), root, leaf], leafKey), 'notCa', 'before whether it signed');
  // A root and a cross-signed certificate of the same name and key: the root ends the path.
  const crossed = ca({
    name: 'Root',
    by: 'Other',
    key: rootKey,
    signer: strangerKey,
    extensions: wide(3),
    to: at('2032-01-01'),
  });
  const other = ca({ name: 'Other', key: strangerKey, extensions: wide(4) });
  for (const all of [
    [crossed, other, root],
    [root, other, crossed],
  ])
    assert.equal(namesOf([...all, middle, leaf], leafKey), 'Leaf,Middle,Root');
});
