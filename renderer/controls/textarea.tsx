import { useId } from 'react';

type Props = {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  rows?: number;
  maxLength?: number;
};

/** A labelled field for text of many lines that is not prose: PEM, shares. */
export function TextArea({ label, value, onValue, hint, rows = 5, maxLength }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="input area"
        rows={rows}
        maxLength={maxLength}
        spellCheck={false}
        autoComplete="off"
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
