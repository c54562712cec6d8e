import { Search } from 'lucide-react';
import type { KeyboardEvent } from 'react';

type Props = {
  label: string;
  hint?: string;
  value: string;
  onValue: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
};

/** A search box for the list below it. */
export function SearchBox({ label, hint = label, value, onValue, onKeyDown }: Props) {
  return (
    <label className="search">
      <Search aria-hidden="true" />
      <span className="unseen">{label}</span>
      <input
        type="search"
        value={value}
        maxLength={128}
        placeholder={hint}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </label>
  );
}
