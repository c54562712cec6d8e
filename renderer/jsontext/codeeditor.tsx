import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { nextDiagnostic, previousDiagnostic } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { answerKeepText, answerScreenKeys } from '../scanreader/typablefield.ts';
import { adoptStyles } from './adoptstyles.ts';
import { type EditorFinding, findingLines, rangeOf, showFindings } from './editorfindings.ts';
import { editorLook } from './editorlook.ts';
import { completeJson, type Suggest } from './jsoncompletion.ts';
import { takeScreenKey } from './screenkeys.ts';

type Props = {
  /** What a screen reader calls the editor. */
  label: string;
  value: string;
  /** Without it the text can only be read. */
  onChange?: ((text: string) => void) | undefined;
  /** What the check of this very text found. */
  findings: readonly EditorFinding[];
  /** What may stand at a place, for completion (Ctrl Space). */
  completions?: Suggest | undefined;
  /** Selects the place of a finding whenever `at` changes. */
  jump?: (Pick<EditorFinding, 'line' | 'column'> & { at: number }) | undefined;
};

adoptStyles();

const mistakeKeys = keymap.of([{ key: 'F8', run: nextDiagnostic, shift: previousDiagnostic }]);

/** A code editor for JSON. Tab leaves it, as everywhere, so that it never traps the keyboard. F8 goes to the next finding. */
export function CodeEditor({ label, value, onChange, findings, completions, jump }: Props) {
  const t = useTranslations('editor');
  const home = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const calls = useRef({ onChange, completions });
  calls.current = { onChange, completions };
  const facts = useRef(new Compartment());
  const readOnly = onChange === undefined;
  const description = readOnly ? t('readOnly') : t('tabLeaves');
  const given = [
    EditorState.readOnly.of(readOnly),
    EditorState.phrases.of({ Completions: t('completions') }),
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-description': description,
      'aria-readonly': String(readOnly),
      spellcheck: 'false',
      tabindex: '0',
    }),
  ];
  const now = useRef({ given, value });
  now.current = { given, value };

  useEffect(() => {
    if (!home.current) return;
    const made = new EditorView({
      parent: home.current,
      doc: now.current.value,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        EditorState.tabSize.of(2),
        indentUnit.of('  '),
        json(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({
          override: [completeJson(() => (calls.current.onChange ? calls.current.completions : undefined))],
          icons: false,
        }),
        findingLines,
        editorLook,
        mistakeKeys,
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        facts.current.of(now.current.given),
        EditorView.updateListener.of(({ docChanged, state }) => {
          const text = state.doc.toString();
          if (docChanged && text !== now.current.value) calls.current.onChange?.(text);
        }),
      ],
    });
    view.current = made;
    const forget = answerKeepText(made.contentDOM, () => {
      const { state } = made;
      return () => made.setState(state);
    });
    const deafen = answerScreenKeys(made.contentDOM, (key) => takeScreenKey(made, key));
    return () => {
      forget();
      deafen();
      made.destroy();
      view.current = undefined;
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `given` follows from these
  useEffect(() => {
    view.current?.dispatch({ effects: facts.current.reconfigure(now.current.given) });
  }, [label, description, readOnly]);
  useEffect(() => {
    const before = view.current?.state.doc;
    if (before && before.toString() !== value)
      view.current?.dispatch({ changes: { from: 0, to: before.length, insert: value } });
  }, [value]);
  const found = JSON.stringify(findings);
  // biome-ignore lint/correctness/useExhaustiveDependencies: pages make a new list for each drawing; its content counts
  useEffect(() => {
    if (view.current) showFindings(view.current, findings);
  }, [found]);
  useEffect(() => {
    if (!view.current || !jump) return;
    const { from, to } = rangeOf(jump, view.current.state.doc);
    view.current.focus();
    view.current.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
  }, [jump]);
  return <div ref={home} className={readOnly ? 'code-editor read-only' : 'code-editor'} />;
}
