import { Download, ShieldCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../parts/button.tsx';
import { bytesOf } from '../parts/bytes.ts';
import { Choices } from '../parts/choices.tsx';
import { canSave, saveBytes } from '../parts/clip.ts';
import { CopyButton } from '../parts/copy.tsx';
import { NewPassphraseFields } from '../parts/newpassphrase.tsx';
import { Problem } from '../parts/problem.tsx';
import { noPassphrase, passphraseFits } from '../parts/strength.ts';
import { hrefTo } from '../route.ts';
import { accessOf, noAccess } from './access.ts';
import { AccessFields } from './accessfields.tsx';
import { useAgree } from './agree.tsx';
import { SubPage } from './subpage.tsx';

type Format = 'pem' | 'p12';

/** The key and its certificates as one file under a passphrase of its own. */
export function ExportKey({ ca, alone }: { ca: CaView; alone: boolean }) {
  const t = useTranslations('ca.export');
  const [access, setAccess] = useState(noAccess('secret'));
  const [format, setFormat] = useState<Format>('pem');
  const [passphrase, setPassphrase] = useState(noPassphrase);
  const { run, busy, error } = useAct('ca.exportKey');
  const [made, setMade] = useState<{ fileName: string; content: string }>();
  const agree = useAgree(alone);
  const given = accessOf(access, ca.custody);
  const ready = given !== undefined && passphraseFits(passphrase) && agree.ready;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const asked = { issuerId: ca.issuerId, access: given, format, passphrase: passphrase.passphrase };
    const file = await run({ ...asked, ...agree.given });
    if (!file) return agree.clear();
    setAccess(noAccess('secret'));
    setPassphrase(noPassphrase);
    setMade(file);
    if (canSave()) saveBytes(file.fileName, bytesOf(file.content));
  };
  return (
    <SubPage title={t('title', { name: ca.commonName })} hint={t('hint')}>
      {made ? (
        <Made file={made} issuerId={ca.issuerId} />
      ) : (
        <form className="stack narrow" onSubmit={(event) => void submit(event)}>
          <AccessFields ca={ca} kinds={['secret']} draft={access} onDraft={setAccess} />
          <Choices<Format>
            legend={t('format')}
            value={format}
            onChoose={setFormat}
            choices={[
              { value: 'pem', label: t('pem'), hint: t('pemHint') },
              // A binary file can only be saved, and Electron's window saves nothing.
              ...(canSave() ? [{ value: 'p12' as const, label: t('p12'), hint: t('p12Hint') }] : []),
            ]}
          />
          <NewPassphraseFields label={t('passphrase')} draft={passphrase} onDraft={setPassphrase} />
          {agree.fields}
          <Problem error={error} />
          <div className="row">
            <Button kind="primary" size="bench" icon={Download} submit busy={busy} disabled={!ready}>
              {t('go')}
            </Button>
          </div>
        </form>
      )}
    </SubPage>
  );
}

function Made({ file, issuerId }: { file: { fileName: string; content: string }; issuerId: string }) {
  const t = useTranslations('ca.export');
  return (
    <div className="stack narrow" role="status">
      <p className="lead">{canSave() ? t('saved', { file: file.fileName }) : t('copyIt')}</p>
      <p>{t('after')}</p>
      <div className="row">
        <a className="button primary bench" href={hrefTo.station(`ca/prove/${issuerId}`)}>
          <ShieldCheck aria-hidden="true" />
          {t('prove')}
        </a>
        {canSave() ? (
          <Button size="bench" icon={Download} onClick={() => saveBytes(file.fileName, bytesOf(file.content))}>
            {t('again')}
          </Button>
        ) : (
          <CopyButton text={atob(file.content)} label={t('copy')} />
        )}
      </div>
    </div>
  );
}
