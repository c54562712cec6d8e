import { Autocomplete } from '@base-ui/react/autocomplete';
import { ChevronsUpDown } from 'lucide-react';
import { useId } from 'react';
import { useInsists } from './insist.ts';

export type Suggestion = { value: string; title: string; hint: string };

type Props = {
  label: string;
  value: string;
  onValue: (value: string) => void;
  suggestions: readonly Suggestion[];
  hint?: string;
  /** The mistake in the typed text. It shows once a person tried to go on. */
  problem?: string | undefined;
};

/** A text field with suggestions. Each suggestion has a text by which people recognise it. */
export function Suggest({ label, value, onValue, suggestions, hint, problem }: Props) {
  const id = useId();
  const wrong = useInsists() && problem !== undefined;
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <Autocomplete.Root
        items={suggestions}
        mode="none"
        openOnInputClick
        itemToStringValue={(item: Suggestion) => item.value}
        value={value}
        onValueChange={(next) => onValue(next)}
      >
        <div className="suggest">
          <Autocomplete.Input
            id={id}
            aria-label={label}
            className="input"
            autoComplete="off"
            spellCheck={false}
            aria-invalid={wrong}
          />
          {suggestions.length > 0 && <ChevronsUpDown aria-hidden="true" />}
        </div>
        <Autocomplete.Portal>
          <Autocomplete.Positioner className="pick-place" sideOffset={4}>
            <Autocomplete.Popup className="pick-list">
              <Autocomplete.List aria-label={label}>
                {(item: Suggestion) => (
                  <Autocomplete.Item key={item.value} value={item} className="suggest-item">
                    <strong>{item.title}</strong>
                    <span>{item.hint}</span>
                    <code>{item.value}</code>
                  </Autocomplete.Item>
                )}
              </Autocomplete.List>
            </Autocomplete.Popup>
          </Autocomplete.Positioner>
        </Autocomplete.Portal>
      </Autocomplete.Root>
      {hint !== undefined && !wrong && <p className="hint">{hint}</p>}
      {wrong && <p className="wrong">{problem}</p>}
    </div>
  );
}
