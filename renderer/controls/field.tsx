import { Field as Base } from '@base-ui/react/field';
import type { ComponentProps } from 'react';
import { useInsists } from './insist.ts';

type Props = Omit<
  ComponentProps<'input'>,
  'onChange' | 'value' | 'defaultValue' | 'ref' | 'size' | 'className' | 'style'
> & {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  /** The mistake in the typed text. It shows as soon as a person has typed, or tried to go on. */
  problem?: string | undefined;
  size?: 'normal' | 'bench';
};

/** A labelled text field with its hint and its problem. */
export function Field({ label, value, onValue, hint, problem, size = 'normal', ...input }: Props) {
  const insists = useInsists();
  const wrong = problem !== undefined && (value !== '' || insists);
  return (
    <Base.Root className="field" invalid={wrong}>
      <Base.Label className="label">{label}</Base.Label>
      <Base.Control
        {...input}
        className={`input ${size}`}
        autoComplete={input.autoComplete ?? 'off'}
        spellCheck={false}
        value={value}
        onValueChange={onValue}
      />
      {hint !== undefined && !wrong && <Base.Description className="hint">{hint}</Base.Description>}
      {wrong && (
        <Base.Error match className="wrong">
          {problem}
        </Base.Error>
      )}
    </Base.Root>
  );
}
