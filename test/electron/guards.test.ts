import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Assets } from '../../main/assets.ts';
import { mayNavigate, readMessage, refuseSender, resolveAsset } from '../../main/electron/guards.ts';

const page = { file: 'index.html', type: 'text/html', hashed: false };
const assets: Assets = new Map([['/', page]]);

describe('the guards', () => {
  test('no URL but those of app://station/ is ever ours', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((text) => `app://${text}`),
        ),
        (url) => {
          const parsed = URL.parse(url);
          const ours = parsed?.protocol === 'app:' && parsed.host === 'station' && parsed.username === '';
          assert.equal(refuseSender({ url, parent: null }, true) === undefined, ours);
          if (!ours) assert.equal(mayNavigate(url), false);
          if (!ours) assert.equal(resolveAsset('GET', url, assets), undefined);
        },
      ),
    );
  });

  test('a host that only looks like ours is not ours', () => {
    for (const url of [
      'app://station.example/',
      'app://station@evil/',
      'app://evil@station/',
      'app://station:1/',
      'APPS://station/',
      'http://station/',
    ]) {
      assert.notEqual(refuseSender({ url, parent: null }, true), undefined, url);
    }
    assert.equal(refuseSender({ url: 'app://station/#/units', parent: null }, true), undefined);
  });

  test('the listed path is answered, by GET and without a query only', () => {
    assert.equal(resolveAsset('GET', 'app://station/', assets), page);
    assert.equal(resolveAsset('GET', 'app://station/#units', assets), page);
    assert.equal(resolveAsset('HEAD', 'app://station/', assets), undefined);
    assert.equal(resolveAsset('GET', 'app://station/?a', assets), undefined);
    assert.equal(resolveAsset('GET', 'app://station/constructor', assets), undefined);
  });

  test('whatever is sent, a message is of a known form or refused as malformed', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        try {
          assert.ok(['start', 'call', 'subscribe', 'unsubscribe'].includes(readMessage(raw).kind));
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'call.malformed');
        }
      }),
    );
  });
});
