import type { LucideIcon } from 'lucide-react';
import { useId } from 'react';

export type Choice<V extends string> = {
  value: V;
  label: string;
  hint?: string;
  icon?: LucideIcon;
  /** Why it cannot be chosen now; shown in place of the hint. */
  not?: string | undefined;
};

type Props<V extends string> = {
  legend: string;
  value: V | null;
  choices: readonly Choice<V>[];
  onChoose: (value: V) => void;
  /** Side by side, for a few short ones. */
  row?: boolean;
};

/** One of a few, each with what it means: cards that are radio buttons. */
export function Choices<V extends string>({ legend, value, choices, onChoose, row = false }: Props<V>) {
  const name = useId();
  return (
    <fieldset className={row ? 'choices row-of' : 'choices'}>
      <legend className="label">{legend}</legend>
      {choices.map(({ value: mine, label, hint, icon: Icon, not }) => (
        <label key={mine} className="choice" data-disabled={not !== undefined || undefined}>
          <input
            type="radio"
            name={name}
            value={mine}
            checked={value === mine}
            disabled={not !== undefined}
            onChange={() => onChoose(mine)}
          />
          {Icon && <Icon aria-hidden="true" />}
          <span className="choice-words">
            <strong>{label}</strong>
            {(not ?? hint) !== undefined && <span className="hint">{not ?? hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
