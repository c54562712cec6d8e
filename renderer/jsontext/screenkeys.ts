/** Keys of the on-screen keyboard in the code editor, with the indentation and the closing brackets of real keys. */
import { deleteBracketPair, insertBracket } from '@codemirror/autocomplete';
import { deleteCharBackward, insertNewlineAndIndent } from '@codemirror/commands';
import type { EditorView } from '@codemirror/view';
import type { ScreenKey } from '../scanreader/typablefield.ts';

/** Does nothing where the text can only be read. */
export function takeScreenKey(view: EditorView, key: ScreenKey): void {
  const { state } = view;
  if (state.readOnly) return;
  if (key === 'erase') void (deleteBracketPair(view) || deleteCharBackward(view));
  else if (key === 'enter') insertNewlineAndIndent(view);
  else {
    const closing = insertBracket(state, key.text);
    if (closing) view.dispatch(closing);
    else view.dispatch(state.replaceSelection(key.text), { userEvent: 'input.type', scrollIntoView: true });
  }
}
