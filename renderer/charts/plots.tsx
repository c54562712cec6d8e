/** The drawings. Every value that can be read from one is written on it, or stands in the table below it. */
import {
  Bar,
  BarChart,
  CartesianGrid,
  ComposedChart,
  type DotItemDotProps,
  LabelList,
  Line,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts';
import { axisOf, resolutionOfMs } from './axis.ts';

const ink = 'var(--ink)';
const quiet = 'var(--ink-quiet)';
const tick = { fill: quiet, fontSize: 13 };
const written = { fill: ink, fontSize: 13 };
const height = 300;
const margin = { top: 28, right: 24, bottom: 4, left: 4 };

/** Of many columns every second, third … has its words, so that none covers another. */
const everyOf = (columns: number): number => Math.ceil(columns / 14) - 1;
const spaced = <P extends { said: string }>(points: readonly P[], keep: (point: P) => boolean = () => false): P[] =>
  points.map((point, at) => (at % (everyOf(points.length) + 1) === 0 || keep(point) ? point : { ...point, said: '' }));

export type ControlDot = {
  name: string;
  /** Null for a column without a value. */
  value: number | null;
  lower: number | null;
  upper: number | null;
  centre: number | null;
  out: 'above' | 'below' | null;
  /** The value in words. */
  said: string;
};

/** Outside of the limits a triangle, which points to where it went; else a point. */
function Mark({ cx, cy, payload }: DotItemDotProps) {
  const { out, value } = payload as ControlDot;
  if (value === null || typeof cx !== 'number' || typeof cy !== 'number') return <g />;
  if (out === null) return <circle cx={cx} cy={cy} r={4} fill="var(--accent)" stroke="var(--raised)" />;
  const up = out === 'above' ? -1 : 1;
  const points = `${cx},${cy + up * 9} ${cx - 8},${cy - up * 6} ${cx + 8},${cy - up * 6}`;
  return <polygon points={points} fill="var(--bad)" stroke="var(--raised)" />;
}

type ControlProps = {
  dots: readonly ControlDot[];
  axis: (value: number) => string;
  /** Whether the values are shares: the axis ends at 1. */
  share?: boolean;
};

/** A control chart: the values, their mean, and the limits. */
export function ControlPlot({ dots, axis, share = false }: ControlProps) {
  const drawn = dots.flatMap(({ value, lower, upper }) => [value, lower, upper]).filter((one) => one !== null);
  // Words of a share have a tenth of a percent.
  const { domain, ticks } = axisOf(
    drawn,
    share ? { resolution: 0.001, top: 1 } : { resolution: resolutionOfMs(drawn) },
  );
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart data={spaced(dots, ({ out }) => out !== null)} margin={margin} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="name"
          tick={tick}
          stroke={quiet}
          interval={everyOf(dots.length)}
          padding={{ left: 28, right: 28 }}
        />
        <YAxis tick={tick} stroke={quiet} width={72} domain={domain} ticks={ticks} tickFormatter={axis} />
        {(['lower', 'upper'] as const).map((limit) => (
          <Line
            key={limit}
            type="step"
            dataKey={limit}
            stroke="var(--line-strong)"
            strokeDasharray="6 4"
            dot={false}
            activeDot={false}
            isAnimationActive={false}
          />
        ))}
        <Line dataKey="centre" stroke="var(--line-strong)" dot={false} activeDot={false} isAnimationActive={false} />
        <Line
          dataKey="value"
          stroke="var(--accent)"
          strokeWidth={2}
          dot={Mark}
          activeDot={false}
          isAnimationActive={false}
          connectNulls
        >
          <LabelList dataKey="said" position="top" offset={12} {...written} />
        </Line>
      </ComposedChart>
    </ResponsiveContainer>
  );
}

export type ResultBar = { name: string; passed: number; failed: number; errors: number; said: string };

/** Attempts by their end, one upon the other; the words above a column are its units an hour. */
export function ResultPlot({ bars }: { bars: readonly ResultBar[] }) {
  return (
    <ResponsiveContainer width="100%" height={height}>
      <BarChart data={spaced(bars)} margin={margin} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="name" tick={tick} stroke={quiet} interval={everyOf(bars.length)} />
        <YAxis tick={tick} stroke={quiet} width={72} allowDecimals={false} />
        <Bar dataKey="passed" stackId="ends" fill="var(--good)" isAnimationActive={false} />
        <Bar dataKey="failed" stackId="ends" fill="var(--bad)" isAnimationActive={false} />
        <Bar dataKey="errors" stackId="ends" fill="var(--warn)" isAnimationActive={false}>
          <LabelList dataKey="said" position="top" {...written} />
        </Bar>
      </BarChart>
    </ResponsiveContainer>
  );
}

export type LongBar = { name: string; value: number; said: string; second?: number; secondSaid?: string };

/** Bars that lie, each with its value in words. */
export function LongBars({ bars }: { bars: readonly LongBar[] }) {
  const hasSecond = bars.some(({ second }) => second !== undefined);
  const room = { ...margin, right: 120, top: 4 };
  return (
    <ResponsiveContainer width="100%" height={Math.max(1, bars.length) * (hasSecond ? 52 : 36) + 24}>
      <BarChart data={[...bars]} layout="vertical" margin={room} accessibilityLayer={false} barGap={2}>
        <XAxis type="number" hide domain={[0, 'dataMax']} />
        <YAxis
          type="category"
          dataKey="name"
          tick={{ ...written, width: 230 }}
          stroke={quiet}
          width={240}
          interval={0}
        />
        <Bar dataKey="value" fill="var(--accent)" isAnimationActive={false}>
          <LabelList dataKey="said" position="right" {...written} />
        </Bar>
        {hasSecond && (
          <Bar dataKey="second" fill="var(--line-strong)" isAnimationActive={false}>
            <LabelList dataKey="secondSaid" position="right" {...written} />
          </Bar>
        )}
      </BarChart>
    </ResponsiveContainer>
  );
}
