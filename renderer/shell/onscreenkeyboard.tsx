import { ArrowBigUp, CornerDownLeft, Delete, KeyboardOff } from 'lucide-react';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useLocale, useTranslations } from 'use-intl';
import { isTypable, pressIn, type TypableField } from '../scanreader/typablefield.ts';
import { erased, type KeyboardPlane, rowsOf, type TypedEdit, typed } from './keyboardrows.ts';
import { type TouchedField, useTouchedField } from './touchedfield.ts';

/**
 * Changes a field as typing would, so that React notices it. It makes no key event, so the reader of scans is not
 * involved.
 */
function write(field: TypableField, change: (value: string, start: number, end: number) => TypedEdit): void {
  const start = field.selectionStart ?? field.value.length;
  const { value, caret } = change(field.value, start, field.selectionEnd ?? start);
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  if (field.selectionStart !== null) field.setSelectionRange(caret, caret);
}

/** An on-screen keyboard for a panel without another one. It takes no focus from the field. */
export function OnScreenKeyboard() {
  const { field, hide } = useTouchedField();
  return field?.isConnected ? createPortal(<Keys field={field} onHide={hide} />, homeOf(field)) : null;
}

/** The keyboard is in the top layer, because a dialog moves and would take fixed elements with it. */
const shown = (section: HTMLElement | null): void => section?.showPopover();

/** A dialog blocks touches outside of it, so the keyboard of its field is inside it. */
const homeOf = (field: TouchedField): Element =>
  field.closest('[role="dialog"], [role="alertdialog"]') ?? document.body;

function Keys({ field, onHide }: { field: TouchedField; onHide: () => void }) {
  const t = useTranslations('shiftWindow');
  const [plane, setPlane] = useState<KeyboardPlane>('small');
  const put = (text: string) => {
    if (isTypable(field)) write(field, (value, start, end) => typed(value, start, end, text));
    else pressIn(field, { text });
    if (plane === 'large') setPlane('small');
  };
  const enter = () => {
    if (field instanceof HTMLTextAreaElement) put('\n');
    else if (field instanceof HTMLInputElement) field.form?.requestSubmit();
    else pressIn(field, 'enter');
  };
  const erase = () => (isTypable(field) ? write(field, erased) : pressIn(field, 'erase'));
  return (
    <section
      className="osk"
      popover="manual"
      ref={shown}
      aria-label={t('keyboard')}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {rowsOf(plane, useLocale()).map((row) => (
        <div key={row} className="osk-row">
          {[...row].map((key) => (
            <Key key={key} label={key} onPress={() => put(key)} />
          ))}
        </div>
      ))}
      <div className="osk-row">
        <Key
          label={t('keys.shift')}
          pressed={plane === 'large'}
          onPress={() => setPlane(plane === 'large' ? 'small' : 'large')}
        >
          <ArrowBigUp aria-hidden="true" />
        </Key>
        <Key
          label={t('keys.signs')}
          pressed={plane === 'signs'}
          onPress={() => setPlane(plane === 'signs' ? 'small' : 'signs')}
        >
          #+=
        </Key>
        <Key label={t('keys.space')} wide onPress={() => put(' ')}>
          {' '}
        </Key>
        <Key label={t('keys.erase')} onPress={erase}>
          <Delete aria-hidden="true" />
        </Key>
        <Key label={t('keys.enter')} onPress={enter}>
          <CornerDownLeft aria-hidden="true" />
        </Key>
        <Key label={t('hideKeyboard')} onPress={onHide}>
          <KeyboardOff aria-hidden="true" />
        </Key>
      </div>
    </section>
  );
}

type KeyProps = {
  label: string;
  onPress: () => void;
  pressed?: boolean;
  wide?: boolean;
  children?: React.ReactNode;
};

function Key({ label, onPress, pressed, wide = false, children }: KeyProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={wide ? 'osk-key wide' : 'osk-key'}
      aria-label={label}
      aria-pressed={pressed}
      onClick={onPress}
    >
      {children ?? label}
    </button>
  );
}
