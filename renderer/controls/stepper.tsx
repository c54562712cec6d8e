import { Check } from 'lucide-react';

type Props<S extends string> = {
  steps: readonly { name: S; label: string; done: boolean }[];
  current: S;
  onVisit: (name: S) => void;
};

/** The steps with the present one marked. Each leads to its page. */
export function Stepper<S extends string>({ steps, current, onVisit }: Props<S>) {
  return (
    <ol className="wizard-steps">
      {steps.map(({ name, label, done }, index) => (
        <li key={name}>
          <button type="button" aria-current={name === current ? 'step' : undefined} onClick={() => onVisit(name)}>
            <span className={done ? 'wizard-number done' : 'wizard-number'}>
              {done ? <Check aria-hidden="true" /> : index + 1}
            </span>
            {label}
          </button>
        </li>
      ))}
    </ol>
  );
}
