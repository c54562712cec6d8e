import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { StationError } from '../../app/contract/index.ts';
import { hierarchyOf, ids, shareTexts, withCa } from './authorities.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const passphrase = 'correct horse battery staple';

async function begin(page: Page, what?: RegExp): Promise<void> {
  await goTo(page, '#/station/ca/new');
  await page.getByRole('group', { name: 'What do you need?' }).waitFor();
  if (what) {
    await page.getByRole('radio', { name: what }).check();
    await next(page);
  }
}
const next = (page: Page) => page.getByRole('button', { name: 'Next' }).click();
const newPassphrase = async (page: Page, label: string) => {
  await page.getByLabel(label, { exact: true }).fill(passphrase);
  await page.getByLabel(`${label}, again`).fill(passphrase);
};
async function well(page: Page, name: string): Promise<void> {
  await settled(page);
  await shoot(page, name);
  assert.deepEqual(await axe(page), [], name);
  assert.equal(await tooWide(page), 0, name);
}

test('the next issuing CA under a root of this station', async (t) => {
  await onPage(t, async (page) => {
    await begin(page);
    await well(page, 'ceremony-kind');
    await page.getByRole('radio', { name: /^The next issuing CA/ }).check();
    await next(page);
    const name = page.getByLabel('Common name');
    await soon(async () => assert.equal(await name.inputValue(), 'Line 3, Hamburg Issuing CA'));
    await name.fill('Line 3 Issuing CA');
    await page.getByText('Choose another name. A CA has this one already').waitFor();
    await name.fill('Line 3 Issuing CA 3');
    await page.getByLabel('Valid for (years)').fill('18');
    await well(page, 'ceremony-about');
    await next(page);
    await newPassphrase(page, 'Passphrase of its key');
    await well(page, 'ceremony-custody');
    await next(page);
    await page.getByRole('radio', { name: /^Line 3 Root CA/ }).check();
    await page.getByRole('radio', { name: 'Shares of a split' }).check();
    for (const share of shareTexts.slice(0, 2)) {
      await page.getByLabel('The next share').fill(share);
      await page.getByRole('button', { name: 'Add this share' }).click();
    }
    await well(page, 'ceremony-parent');
    await next(page);
    await page.getByText('CN=Line 3 Issuing CA 3,O=Alster Sensors').waitFor();
    await page.getByText('It ends with Line 3 Root CA, earlier than asked for.').waitFor();
    await well(page, 'ceremony-review');
    assert.equal(called('ca.makeIssuing'), undefined, 'nothing is made by looking');
    fake().refusals.set('ca.makeIssuing', new StationError('ca.badShares', 'two shares of three'));
    await page.getByRole('button', { name: 'Make the CA' }).click();
    await page.getByText('These shares do not give the key.').waitFor();
    await page.getByRole('button', { name: 'Make the CA' }).click();
    await page.getByRole('heading', { name: 'The CA is made. What to do now' }).waitFor();
    await soon(() =>
      assert.deepEqual(called('ca.makeIssuing'), {
        commonName: 'Line 3 Issuing CA 3',
        keyType: 'P-256',
        years: 18,
        custody: { kind: 'file', passphrase },
        parentId: ids.root,
        access: { kind: 'shares', shares: shareTexts.slice(0, 2) },
        activate: true,
      }),
    );
    await page.getByText('Take Line 3 Root CA offline').waitFor();
    await well(page, 'ceremony-now');
    await page.getByRole('button', { name: 'Register…' }).click();
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('cloud.registerCa'), { issuerId: '5'.repeat(64) }));
    await page.getByRole('link', { name: 'Split backup…' }).last().click();
    await page.getByRole('heading', { name: 'Split backup of Line 3 Root CA' }).waitFor();
  });
});

test('a new root and its issuing CA: the root is made first, and its passphrase asked for once', async (t) => {
  await onPage(t, async (page) => {
    await begin(page, /^A new root, and/);
    await soon(async () => assert.equal(await page.getByLabel('Valid for (years)').inputValue(), '20'));
    await page.getByLabel('Common name').fill('Line 3 Root CA G2');
    await next(page);
    await newPassphrase(page, 'Passphrase of the root’s key');
    await next(page);
    await page.getByText('CN=Line 3 Root CA G2,O=Alster Sensors').first().waitFor();
    await well(page, 'ceremony-root');
    await page.getByRole('button', { name: 'Make the root' }).click();
    await page.getByRole('heading', { name: 'The CA that certifies units' }).waitFor();
    await next(page);
    await newPassphrase(page, 'Passphrase of its key');
    await next(page);
    await page.getByRole('button', { name: 'Make the issuing CA' }).click();
    await page.getByRole('heading', { name: 'The CA is made. What to do now' }).waitFor();
    const made = called('ca.makeIssuing');
    assert.equal(made?.parentId, '4'.repeat(64));
    assert.deepEqual(made?.access, { kind: 'secret', secret: passphrase });
    await page.getByText('Take Line 3 Root CA G2 offline').waitFor();
  });
});

test('leaving between root and issuing CA: the answers are there, the root is opened again', async (t) => {
  await onPage(t, async (page) => {
    await begin(page, /^A new root, and/);
    await page.getByLabel('Common name').fill('Line 3 Root CA G2');
    await next(page);
    await newPassphrase(page, 'Passphrase of the root’s key');
    await next(page);
    await page.getByRole('button', { name: 'Make the root' }).click();
    await page.getByRole('heading', { name: 'The CA that certifies units' }).waitFor();
    await page.getByLabel('Common name').fill('Line 3 Issuing CA G2');
    assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes('horse'), 'no secret is kept');
    await page.reload();
    await page.getByText('The root is made. Go on with the issuing CA').waitFor();
    await soon(async () => assert.equal(await page.getByLabel('Common name').inputValue(), 'Line 3 Issuing CA G2'));
    await next(page);
    await newPassphrase(page, 'Passphrase of its key');
    await next(page);
    await page.getByRole('heading', { name: 'Open the key of Line 3 Root CA G2' }).waitFor();
    await page.getByLabel('Passphrase of the key').fill(passphrase);
    await next(page);
    await page.getByRole('button', { name: 'Make the issuing CA' }).click();
    await page.getByRole('heading', { name: 'The CA is made. What to do now' }).waitFor();
    await soon(() => assert.deepEqual(called('ca.makeIssuing')?.access, { kind: 'secret', secret: passphrase }));
  });
});

test('under the PKI of the company, with the key in a token', async (t) => {
  await onPage(t, async (page) => {
    await begin(page, /^An issuing CA under the PKI/);
    await soon(async () =>
      assert.equal(await page.getByLabel('Valid for (years)').count(), 0, 'whoever signs decides how long'),
    );
    await page.getByRole('combobox', { name: 'Kind of key' }).click();
    await page.getByRole('option', { name: 'P-384' }).click();
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    await next(page);
    await page.getByRole('radio', { name: /^In a token or HSM/ }).check();
    await page.getByRole('radio', { name: /^hsm-hamburg/ }).waitFor();
    await soon(async () => assert.ok(await page.getByRole('radio', { name: /^77B0/ }).isDisabled(), 'not initialised'));
    await page.getByRole('radio', { name: /^hsm-hamburg/ }).check();
    await page.getByLabel('PIN of hsm-hamburg').fill('987654');
    await well(page, 'ceremony-token');
    await page.getByRole('combobox', { name: 'Module that speaks' }).click();
    await page.getByRole('option', { name: 'Another module…' }).click();
    await page.getByLabel('Path of the module').fill('/opt/maker/wrong.so');
    await page.getByRole('button', { name: 'Look for tokens' }).click();
    await page.getByText('This module is not on the station’s list.').waitFor();
    assert.equal(called('ca.addModule'), undefined, 'nothing is put on the list by looking');
    await page.getByRole('button', { name: 'I trust it' }).click();
    await page.getByText('This station cannot use tokens yet.').waitFor();
    await page.getByLabel('Path of the module').fill('/opt/maker/libsofthsm2.so');
    await page.getByRole('button', { name: 'Look for tokens' }).click();
    await page.getByRole('button', { name: 'I trust it' }).click();
    await page.getByRole('radio', { name: /^hsm-hamburg/ }).check();
    await next(page);
    await page.getByText('In the token hsm-hamburg').waitFor();
    await page.getByRole('button', { name: 'Make key and request' }).click();
    await page.getByRole('heading', { name: 'The request is made. What to do now' }).waitFor();
    await page.getByText('basicConstraints, critical: CA with path length 0').waitFor();
    await well(page, 'ceremony-request');
    await soon(() =>
      assert.deepEqual(called('ca.request'), {
        commonName: 'Line 3, Hamburg Issuing CA',
        keyType: 'P-384',
        custody: { kind: 'token', module: '/opt/maker/libsofthsm2.so', tokenSerial: '0A3F21', pin: '987654' },
      }),
    );
  });
});

test('a key in AWS KMS, vouched for by an export', async (t) => {
  await onPage(t, async (page) => {
    await begin(page, /^The next issuing CA/);
    await next(page);
    await page.getByRole('radio', { name: /^In AWS KMS/ }).check();
    await soon(async () =>
      assert.equal(await page.getByLabel('Region').inputValue(), 'eu-central-1', 'as the AWS target of the station'),
    );
    await page.getByLabel('Key that exists already').fill('arn:nonsense');
    await page.getByText('This is not in the right form.').waitFor();
    await page.getByLabel('Key that exists already').fill('');
    await next(page);
    await page.getByRole('radio', { name: 'An export' }).check();
    const file = { name: 'root.p12', mimeType: 'application/x-pkcs12', buffer: Buffer.from([0, 1, 254, 255]) };
    await page.getByLabel('File of the export').setInputFiles(file);
    await page.getByText('root.p12').waitFor();
    await page.getByLabel('Passphrase of the export').fill('export passphrase');
    await next(page);
    await page.getByRole('button', { name: 'Make the CA' }).click();
    await page.getByRole('heading', { name: 'The CA is made. What to do now' }).waitFor();
    const made = called('ca.makeIssuing');
    assert.deepEqual(made?.custody, { kind: 'kms', region: 'eu-central-1' });
    assert.deepEqual(made?.access, { kind: 'export', content: 'AAH+/w==', passphrase: 'export passphrase' });
  });
});

test('bringing an existing CA: what is missing is named and one press away', async (t) => {
  await onPage(t, async (page) => {
    await begin(page, /^A CA that exists already/);
    await next(page);
    await next(page);
    const make = page.getByRole('button', { name: 'Bring it in' });
    await soon(async () => assert.ok(await make.isDisabled()));
    await page.locator('.notice').getByRole('button', { name: 'File' }).click();
    await page.getByLabel('File with key and certificate').setInputFiles({
      name: 'line3.pem',
      mimeType: 'text/plain',
      buffer: Buffer.from('key and certificate'),
    });
    await page.getByLabel('Passphrase of the file').fill('file passphrase');
    await well(page, 'ceremony-file');
    await next(page);
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByLabel('Passphrase again').fill(passphrase);
    await next(page);
    await page.getByLabel(/^Certify units with it from now on/).uncheck();
    await make.click();
    await page.getByText('Units are still certified by the other one.').waitFor();
    await soon(() =>
      assert.deepEqual(called('ca.import'), {
        content: Buffer.from('key and certificate').toString('base64'),
        filePassphrase: 'file passphrase',
        chain: '',
        passphrase,
        activate: false,
      }),
    );
  });
});

test('keys alone make a CA', async (t) => {
  await onPage(t, async (page) => {
    fake().ca.hierarchy = withCa(ids.root, {});
    await begin(page);
    const tabTo = async (name: RegExp) => {
      for (let presses = 0; presses < 40; presses++) {
        // As slowly as a person: quicker keys are a scanner's.
        await page.keyboard.press('Tab', { delay: 70 });
        const focused = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement & { labels?: NodeListOf<HTMLElement> };
          return element.labels?.[0]?.textContent ?? element.textContent ?? '';
        });
        if (name.test(focused)) return;
      }
      assert.fail(`Tab does not come to ${name}`);
    };
    const type = (text: string) => page.keyboard.type(text, { delay: 60 });
    const on = async () => {
      await tabTo(/^Next$/);
      await page.keyboard.press('Enter', { delay: 70 });
      await page.waitForFunction(() => document.activeElement?.classList.contains('ceremony-page'));
    };
    await tabTo(/^The next issuing CA/);
    await page.keyboard.press('Space', { delay: 70 });
    await on();
    await tabTo(/^Common name/);
    await page.keyboard.press('ControlOrMeta+a');
    await type('By keys');
    await on();
    await tabTo(/^Passphrase of its key$/);
    await type('four plain words here');
    await tabTo(/^Passphrase of its key, again$/);
    await type('four plain words here');
    await on();
    await tabTo(/^Passphrase of the key$/);
    await type('root words');
    await on();
    await tabTo(/^Make the CA$/);
    await page.keyboard.press('Enter', { delay: 70 });
    await page.getByRole('heading', { name: 'The CA is made. What to do now' }).waitFor();
    await soon(() => assert.equal(called('ca.makeIssuing')?.commonName, 'By keys'));
  });
});

test('without a root nobody can vouch, and the choice says so', async (t) => {
  await onPage(
    t,
    async (page) => {
      fake().ca.hierarchy = hierarchyOf({ authorities: [] });
      await goTo(page, '#/station/ca/new');
      await page.getByText('An dieser Station gibt es keine Wurzel').waitFor();
      await soon(async () =>
        assert.ok(await page.getByRole('radio', { name: /^Die nächste ausstellende CA/ }).isDisabled()),
      );
      await page.getByRole('radio', { name: /^Eine neue Wurzel/ }).check();
      await well(page, 'ceremony-german');
      for (let step = 0; step < 2; step++) {
        await page.getByRole('button', { name: 'Weiter' }).click();
        await well(page, `ceremony-german-${step}`);
      }
    },
    { locale: 'de-DE', theme: 'dark' },
  );
});
