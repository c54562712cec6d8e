import type { LucideIcon } from 'lucide-react';
import { useId } from 'react';

export type Choice<V extends string> = {
  value: V;
  label: string;
  hint?: string;
  icon?: LucideIcon;
  /** The reason why it cannot be chosen now. It replaces the hint. */
  not?: string | undefined;
};

type Props<V extends string> = {
  legend: string;
  value: V | null;
  choices: readonly Choice<V>[];
  onChoose: (value: V) => void;
  /** Shows the choices side by side, if they are few and short. */
  row?: boolean;
};

/** A choice among a few, each with its meaning: cards that are radio buttons. */
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
