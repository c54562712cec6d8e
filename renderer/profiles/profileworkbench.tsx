import { useEffect, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { CodeEditor } from '../jsontext/codeeditor.tsx';
import { jsonPlacesOf, lineOf } from '../jsontext/jsonplaces.ts';
import { type Mistake, MistakeList } from '../jsontext/mistakelist.tsx';
import { useFindingsInWords } from '../words/checkwords.ts';
import { CertificatePreviewPane } from './certificatepreview.tsx';
import { copyOf } from './profilecopy.ts';
import { firstSample, SampleFields } from './samplefields.tsx';
import { useProfilePreview } from './useprofilepreview.ts';

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
  const [jump, setJump] = useState<{ line: number; at: number }>();
  const { result, error, fresh } = useProfilePreview(isOwn ? text : copyOf(text, []), sample);
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
    <div className="workbench">
      <div className="stack tight">
        <CodeEditor
          label={t('text')}
          value={text}
          onChange={readOnly ? undefined : onText}
          findings={mistakes}
          jump={jump}
        />
        <p className="hint">{readOnly ? t('readOnly') : t('tabLeaves')}</p>
      </div>
      <section className="workbench-side" aria-label={t('effect')} aria-busy={!fresh}>
        <SampleFields sample={sample} onSample={setSample} />
        <ErrorNotice error={error} />
        {mistakes.length > 0 && (
          <MistakeList mistakes={mistakes} onLine={(line) => setJump({ line, at: (jump?.at ?? 0) + 1 })} />
        )}
        {preview && <CertificatePreviewPane preview={preview} />}
        {!result && !error && <p className="hint">{t('looking')}</p>}
      </section>
    </div>
  );
}
