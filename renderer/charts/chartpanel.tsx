import { Download } from 'lucide-react';
import { type ReactNode, Suspense, useRef } from 'react';
import { useTranslations } from 'use-intl';
import {
  type ChartName,
  type Charts,
  type ChartsAsked,
  chartCsv,
  chartTable,
  StationError,
} from '../../app/contract/index.ts';
import { AskButton } from '../controls/savebuttons.tsx';
import { saveFile } from '../controls/savefile.ts';
import { SaveTable } from '../controls/savetable.tsx';
import { useChartWords } from './chartwords.ts';
import { svgText } from './svgtext.ts';

/** A period that is shown, with its figures. */
export type Sight = { asked: ChartsAsked; charts: Charts };

type Props = {
  sight: Sight;
  chart: ChartName;
  step?: string;
  title: string;
  /** What the chart says, in a sentence. */
  summary: string;
  children: ReactNode;
};

const nameOf = (chart: string, { since, until }: ChartsAsked, ending: string) =>
  `${chart}-${since.slice(0, 10)}-${until.slice(0, 10)}.${ending}`;

/** One chart of one period: the drawing, what it says, its files, and its numbers as a table. */
export function ChartPanel({ sight, chart, step = '', title, summary, children }: Props) {
  const t = useTranslations('charts');
  const keep = useTranslations('keep');
  const words = useChartWords();
  const drawing = useRef<HTMLDivElement>(null);
  const { asked, charts } = sight;
  const period = words.periodOf(asked);
  const { head, rows } = chartTable(charts, chart, step);
  const file = { chart, asked, step } as const;
  const draw = async () => {
    const svg = drawing.current?.querySelector('svg');
    if (!svg) throw new StationError('window.notSaved', 'the chart is not drawn yet');
    const content = svgText(svg, { title, about: `${period} · ${summary}` });
    const name = await saveFile({ what: 'picture', name: nameOf(chart, asked, 'svg'), content });
    return name === undefined ? keep('notSaved') : keep('saved', { name });
  };
  return (
    <figure className="chart">
      <figcaption>
        <strong>{period}</strong>
        <span>{summary}</span>
      </figcaption>
      <div ref={drawing} className="drawing" role="img" aria-label={`${title}, ${period}: ${summary}`}>
        <Suspense fallback={<p className="loading">{t('drawing')}</p>}>{children}</Suspense>
      </div>
      <div className="row">
        <AskButton icon={Download} act={draw}>
          {t('saveSvg')}
        </AskButton>
        <SaveTable
          act={t('saveCsv')}
          file={{ what: 'chart', name: nameOf(chart, asked, 'csv'), file }}
          read={async () => chartCsv(charts, file)}
          disabled={rows.length === 0}
        />
      </div>
      <details>
        <summary>{t('numbers')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is reached by keyboard */}
        <section className="numbers" aria-label={`${title}: ${t('numbers')}`} tabIndex={0}>
          <table className="days-table">
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    {t(`head.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.slice(0, 2).join()}>
                  {head.map((name, at) => (
                    <td key={name}>{words.cellOf(name, row[at] ?? null, asked.by)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}
