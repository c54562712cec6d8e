import { useEffect, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAnswer } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { jsonPlacesOf, lineOf } from '../jsontext/jsonplaces.ts';
import { type Mistake, MistakeList } from '../jsontext/mistakelist.tsx';
import { Workbench } from '../jsontext/workbench.tsx';
import { useFindingsInWords } from '../words/checkwords.ts';
import { CertificatePreviewPane } from './certificatepreview.tsx';
import { copyOf } from './profilecopy.ts';
import { firstSample, SampleFields, sampleFits } from './samplefields.tsx';

type Props = {
  text: string;
  onText: (text: string) => void;
  readOnly: boolean;
  /** Whether the profile is the engineer's own. A profile of the product is checked under another name. */
  isOwn: boolean;
  /** Mistakes that this page found before it asked the station. */
  found: readonly Mistake[];
  /** Tells whether this very text may be kept. */
  onValid: (valid: boolean) => void;
};

/** The text at the left, and at the right the certificate that it makes, while a person types. */
export function ProfileWorkbench({ text, onText, readOnly, isOwn, found, onValid }: Props) {
  const t = useTranslations('profiles');
  const [sample, setSample] = useState(firstSample);
  const tried = isOwn ? text : copyOf(text, []);
  const { keyType, ...unit } = sample;
  const isQuestion = tried.trim().length >= 2 && sampleFits(sample);
  const { result, error, fresh } = useAnswer(
    'profiles.preview',
    isQuestion ? { text: tried, unit, keyType } : undefined,
  );
  const places = useMemo(() => jsonPlacesOf(text), [text]);
  const inWords = useFindingsInWords();
  const mistakes = [...found, ...inWords(result?.problems ?? [])].map((mistake) => ({
    ...mistake,
    severity: 'problem' as const,
    line: lineOf(places, mistake.path),
  }));
  const preview = mistakes.length === 0 ? result?.preview : undefined;
  const valid = fresh && preview?.problems.length === 0;
  useEffect(() => onValid(valid), [valid, onValid]);
  return (
    <Workbench
      label={t('text')}
      text={text}
      onText={readOnly ? undefined : onText}
      findings={mistakes}
      hint={readOnly ? t('readOnly') : t('tabLeaves')}
      sideLabel={t('effect')}
      stale={!fresh}
      side={(toPlace) => (
        <>
          <SampleFields sample={sample} onSample={setSample} />
          <ErrorNotice error={error} />
          {mistakes.length > 0 && <MistakeList mistakes={mistakes} onLine={(line) => toPlace({ line })} />}
          {preview && <CertificatePreviewPane preview={preview} />}
          {!result && !error && <p className="hint">{t('looking')}</p>}
        </>
      )}
    />
  );
}
