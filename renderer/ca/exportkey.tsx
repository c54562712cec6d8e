import { Download, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { Choices } from '../controls/choices.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NewPassphraseFields } from '../controls/newpassphrase.tsx';
import { noPassphrase, passphraseFits } from '../controls/passphrasestrength.ts';
import { SaveButton } from '../controls/savebuttons.tsx';
import { type SmallFile, saveFile } from '../controls/savefile.ts';
import { useForm } from '../controls/useform.ts';
import { hrefTo } from '../route.ts';
import { accessOfDraft, noAccess } from './accessdraft.ts';
import { AccessFields } from './accessfields.tsx';
import { SubPage } from './subpage.tsx';
import { useTwoPersons } from './twopersons.tsx';

type Format = 'pem' | 'p12';
type MadeFile = { fileName: string; content: string };

const fileOf = ({ fileName: name, content }: MadeFile): SmallFile => ({ what: 'bytes', name, content });

/** The key and its certificates as one file under its own passphrase. */
export function ExportKey({ ca, alone }: { ca: CaView; alone: boolean }) {
  const t = useTranslations('ca.export');
  const agree = useTwoPersons(alone);
  const [made, setMade] = useState<MadeFile>();
  const [kept, setKept] = useState<string>();
  const form = useForm('ca.exportKey', {
    first: { access: noAccess('secret'), format: 'pem' as Format, ...noPassphrase },
    params: ({ access, format, passphrase }) => ({
      issuerId: ca.issuerId,
      access: accessOfDraft(access, ca.custody),
      format,
      passphrase,
      ...agree.given,
    }),
    also: (typed) => ({ passphrase: !passphraseFits(typed) }),
    onDone: async (file) => {
      setMade(file);
      setKept(await saveFile(fileOf(file)).catch(() => undefined));
    },
    onRefused: agree.clear,
  });
  return (
    <SubPage title={t('title', { name: ca.commonName })} hint={t('hint')}>
      {made ? (
        <Made file={made} kept={kept} issuerId={ca.issuerId} />
      ) : (
        <form className="stack narrow" {...form.form}>
          <AccessFields
            ca={ca}
            kinds={['secret']}
            draft={form.values.access}
            onDraft={(access) => form.set({ access })}
          />
          <Choices<Format>
            legend={t('format')}
            value={form.values.format}
            onChoose={(format) => form.set({ format })}
            choices={[
              { value: 'pem', label: t('pem'), hint: t('pemHint') },
              { value: 'p12', label: t('p12'), hint: t('p12Hint') },
            ]}
          />
          <NewPassphraseFields label={t('passphrase')} draft={form.values} onDraft={form.set} />
          {agree.fields}
          <ErrorNotice error={form.error} />
          <div className="row">
            <Button kind="primary" size="bench" icon={Download} {...form.button}>
              {t('go')}
            </Button>
          </div>
        </form>
      )}
    </SubPage>
  );
}

function Made({ file, kept, issuerId }: { file: MadeFile; kept: string | undefined; issuerId: string }) {
  const t = useTranslations('ca.export');
  return (
    <div className="stack narrow" role="status">
      <p className="lead">{kept === undefined ? t('saveIt') : t('saved', { file: kept })}</p>
      <p>{t('after')}</p>
      <div className="row">
        <a className="button primary bench" href={hrefTo.station(`ca/prove/${issuerId}`)}>
          <ShieldCheck aria-hidden="true" />
          {t('prove')}
        </a>
        <SaveButton size="bench" file={fileOf(file)}>
          {kept === undefined ? t('save') : t('again')}
        </SaveButton>
      </div>
    </div>
  );
}
