import { CircleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';

/** In the language of the screen. */
export type Mistake = { path: string; message: string };

type Props = { mistakes: readonly (Mistake & { line: number })[]; onLine: (line: number) => void };

/** The mistakes with their places, each with a link to its line. */
export function MistakeList({ mistakes, onLine }: Props) {
  const t = useTranslations('profiles');
  return (
    <div className="mistakes" role="status">
      <p className="lead">
        <strong>{t('mistakes', { count: mistakes.length })}</strong>
      </p>
      <ul>
        {mistakes.map(({ path, message, line }) => (
          <li key={path + message}>
            <CircleAlert aria-hidden="true" />
            <div>
              <p>{message}</p>
              <p className="fine">
                <button type="button" className="to-line" onClick={() => onLine(line)}>
                  {t('line', { line })}
                </button>
                {path !== '' && <code>{path}</code>}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
