import { type ReactNode, useState } from 'react';
import { CodeEditor } from './codeeditor.tsx';
import type { EditorFinding } from './editorfindings.ts';
import type { Suggest } from './jsoncompletion.ts';

type Place = Pick<EditorFinding, 'line' | 'column'>;

type Props = {
  /** What a screen reader calls the editor. */
  label: string;
  text: string;
  /** Without it the text can only be read. */
  onText?: ((text: string) => void) | undefined;
  findings: readonly EditorFinding[];
  completions?: Suggest | undefined;
  /** Stands below the text. */
  hint: string;
  /** What a screen reader calls the right side. */
  sideLabel: string;
  /** Whether the right side is about an older text. */
  stale: boolean;
  /** What stands at the right; `toPlace` selects a place of the text. */
  side: (toPlace: (place: Place) => void) => ReactNode;
};

/** A text at the left, and at the right what is found in it and what it does. */
export function Workbench({ label, text, onText, findings, completions, hint, sideLabel, stale, side }: Props) {
  const [jump, setJump] = useState<Place & { at: number }>();
  return (
    <div className="workbench">
      <div className="stack tight">
        <CodeEditor label={label} value={text} onChange={onText} {...{ findings, completions, jump }} />
        <p className="hint">{hint}</p>
      </div>
      <section className="workbench-side" aria-label={sideLabel} aria-busy={stale}>
        {side((place) => setJump({ ...place, at: (jump?.at ?? 0) + 1 }))}
      </section>
    </div>
  );
}
