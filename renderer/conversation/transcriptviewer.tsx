import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowLeft, ArrowRight, Unplug } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { TranscriptLine } from '../../app/contract/index.ts';
import { clockOf, piecesOf } from './transcriptlines.ts';

type Props = {
  label: string;
  lines: readonly TranscriptLine[];
  wanted: string;
  /** The line that was found last. */
  current: number | undefined;
};

const guessedHeight = 26;

/** The lines. Only the visible ones are drawn, each as high as its text. */
export function TranscriptViewer({ label, lines, wanted, current }: Props) {
  const t = useTranslations('transcript');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => guessedHeight,
    overscan: 20,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer is another object at each drawing
  useEffect(() => {
    if (current !== undefined) virtual.scrollToIndex(current, { align: 'center' });
  }, [current]);
  /** Scrolls by lines, because the height of the list is known only for lines that were drawn. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    if (event.key === 'Home') virtual.scrollToIndex(0, { align: 'start' });
    else virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach that
    <section className="talk" ref={scroller} aria-label={label} tabIndex={0} onKeyDown={onKeyDown}>
      <ol style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          const { leftOut, lost } = line;
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={lines.length}
              aria-posinset={item.index + 1}
              className={`talk-line ${lost ? 'lost' : line.dir} ${item.index === current ? 'current' : ''}`}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {leftOut !== undefined && <p className="talk-gap">{t('leftOut', { count: leftOut })}</p>}
              <span className="talk-time">{clockOf(line.ms)}</span>
              {lost ? <Lost /> : <Said line={line} wanted={wanted} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Said({ line: { dir, text }, wanted }: { line: TranscriptLine; wanted: string }) {
  const t = useTranslations('transcript');
  const Arrow = dir === 'out' ? ArrowRight : ArrowLeft;
  return (
    <>
      <Arrow aria-hidden="true" />
      <span className="unseen">{t(dir)}</span>
      <span className="talk-text">
        {piecesOf(text, wanted).map((piece, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
          piece.hit ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
        )}
      </span>
    </>
  );
}

function Lost() {
  const t = useTranslations('transcript');
  return (
    <>
      <Unplug aria-hidden="true" />
      <span className="talk-text">{t('lost')}</span>
    </>
  );
}
