import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';

type Props = {
  label: string;
  text: string;
  onText: (text: string) => void;
  readOnly: boolean;
  /** Lines with a mistake. */
  marked: ReadonlySet<number>;
  /** Puts the caret at the beginning of this line whenever `at` changes. */
  jump: { line: number; at: number } | undefined;
};

/** A text area with line numbers. Tab leaves it, as everywhere, so that it never traps the keyboard. */
export function JsonEditor({ label, text, onText, readOnly, marked, jump }: Props) {
  const t = useTranslations('profiles');
  const area = useRef<HTMLTextAreaElement>(null);
  const [top, setTop] = useState(0);
  const count = text.split('\n').length;
  useEffect(() => {
    const field = area.current;
    if (!jump || !field) return;
    const lines = field.value.split('\n');
    const start = lines.slice(0, jump.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[jump.line - 1]?.length ?? 0));
    field.scrollTop = Math.max(0, (jump.line - 5) * Number.parseFloat(getComputedStyle(field).lineHeight));
  }, [jump]);
  return (
    <div className="editor">
      <div className="editor-gutter" aria-hidden="true">
        <ol style={{ transform: `translateY(${-top}px)` }}>
          {Array.from({ length: count }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <li key={index} className={marked.has(index + 1) ? 'marked' : ''}>
              {index + 1}
            </li>
          ))}
        </ol>
      </div>
      <textarea
        ref={area}
        aria-label={label}
        aria-description={readOnly ? t('readOnly') : t('tabLeaves')}
        wrap="off"
        spellCheck={false}
        autoComplete="off"
        maxLength={20_000}
        readOnly={readOnly}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      />
    </div>
  );
}
