import { useTranslations } from 'use-intl';
import type { TaughtScanner } from '../../app/contract/index.ts';

/** The known facts about a scanner. */
export function TaughtScannerFacts({ taught }: { taught: TaughtScanner }) {
  const t = useTranslations('scanner');
  const { suffix, prefix, gapMs, keys } = taught;
  const separator = Object.entries(keys).find(([, char]) => char === '\u001d')?.[0];
  const ends = suffix.length === 0 ? t('end.none') : suffix.map((end) => t(`end.${end}`)).join(' + ');
  const facts = [
    ['suffix', ends],
    ['prefix', prefix === '' ? t('noPrefix') : prefix],
    ['gap', t('ms', { ms: Math.round(gapMs) })],
    ['keys', t('count', { count: Object.keys(keys).length })],
    ['separator', separator === undefined ? t('separatorNo') : t('separatorYes', { key: separator })],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`fact.${name}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
