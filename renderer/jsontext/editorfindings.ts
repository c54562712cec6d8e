/** Shows what a check found: the place underlined, its line marked at the edge, the words at the pointer. */
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { type EditorState, RangeSet, StateEffect, StateField, type Text } from '@codemirror/state';
import { type EditorView, GutterMarker, gutterLineClass } from '@codemirror/view';

/** Lines and columns count from 1; columns count UTF-16 units, as the checks of the station do. */
export type EditorFinding = {
  line: number;
  column?: number | undefined;
  message: string;
  severity: 'problem' | 'warning';
};

class LineMarker extends GutterMarker {
  override elementClass: string;
  constructor(severity: EditorFinding['severity']) {
    super();
    this.elementClass = `cm-${severity}-line`;
  }
}
const markers = { problem: new LineMarker('problem'), warning: new LineMarker('warning') };

const marked = StateEffect.define<readonly EditorFinding[]>();
/** A line with a problem and a warning shows the problem. */
const linesOf = (findings: readonly EditorFinding[], text: Text) => {
  const worst = new Map<number, EditorFinding['severity']>();
  for (const { line, severity } of findings) {
    if (line >= 1 && line <= text.lines && worst.get(line) !== 'problem') worst.set(line, severity);
  }
  return RangeSet.of(
    [...worst].map(([line, severity]) => markers[severity].range(text.line(line).from)),
    true,
  );
};

export const findingLines = StateField.define({
  create: (state: EditorState) => linesOf([], state.doc),
  update(lines, { changes, effects, newDoc }) {
    for (const effect of effects) if (effect.is(marked)) return linesOf(effect.value, newDoc);
    return lines.map(changes);
  },
  provide: (field) => gutterLineClass.from(field),
});

/** From its column to the end of the value there; a whole line without a column. */
export function rangeOf(finding: Pick<EditorFinding, 'line' | 'column'>, text: Text): { from: number; to: number } {
  const { from, to, text: words } = text.line(Math.min(Math.max(1, finding.line), text.lines));
  const indent = words.length - words.trimStart().length;
  if (finding.column === undefined) return { from: Math.min(from + indent, to), to };
  const start = Math.min(from + finding.column - 1, to);
  const value = /^(?:"(?:[^"\\]|\\.)*"?|[^\s,\]}]+)/.exec(words.slice(start - from))?.[0].length ?? 1;
  return { from: start, to: Math.min(start + value, to) };
}

export function showFindings(view: EditorView, findings: readonly EditorFinding[]): void {
  const { state } = view;
  const diagnostics: Diagnostic[] = findings.map((finding) => ({
    ...rangeOf(finding, state.doc),
    severity: finding.severity === 'problem' ? 'error' : 'warning',
    message: finding.message,
  }));
  view.dispatch(setDiagnostics(state, diagnostics), { effects: marked.of(findings) });
}
