import { type FormEvent, type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import { type MethodName, methods, type Params, type Result, type StationError } from '../../app/contract/index.ts';
import { address } from '../address.ts';
import { useAct } from '../calls.ts';
import { latest } from '../stationclient.ts';
import { useKeptValues, useUnsaved } from '../unsaved.ts';
import { useErrorWords } from '../words/index.ts';
import { type Fields, fieldAt, formFields, type Rules } from './formfields.ts';

type Options<M extends MethodName, V> = Omit<Rules<V>, 'schema'> & {
  /** The values before a person types. For settings these are the saved ones. */
  first: V;
  /** Whether the values stay after the call. Settings stay; any other form becomes empty. */
  keeps?: boolean;
  /** Whether leaving the page asks while something is typed. The default is `keeps`: settings ask. */
  asks?: boolean;
  /** The values to empty when the station refuses: secrets. */
  forgets?: (values: V) => Partial<V>;
  /** Of a form that asks: the values that are not kept when its person is signed out. */
  hides?: Partial<V>;
  onDone?: (result: Result<M>) => unknown;
  onRefused?: () => void;
};

export type Form<V> = Fields<V> & {
  /** For the `form` element. Enter submits, or goes to the first field that is wrong or missing. */
  form: {
    ref: RefObject<HTMLFormElement | null>;
    onSubmit: (event: FormEvent) => void;
    onKeyDown: (event: KeyboardEvent<HTMLFormElement>) => void;
  };
  /** For the button that submits. */
  button: { submit: true; busy: boolean; disabled: boolean };
  /** Whether the call's params differ from the first ones. */
  changed: boolean;
  /** Whether the call has succeeded and nothing was typed since. */
  done: boolean;
  busy: boolean;
  error: StationError | undefined;
  /** Removes the refusal from the page. */
  clear: () => void;
};

/**
 * One form for one call. The schema of the call checks the typed values. A refusal of the station is shown at the field
 * that it names, and that field gets the focus. A mistake shows as soon as a person has typed into its field.
 */
export function useForm<M extends MethodName, V extends object>(method: M, options: Options<M, V>): Form<V> {
  const { first, params, keeps = false, asks = keeps, forgets, hides, onDone, onRefused } = options;
  const [begin, keep] = useKeptValues(`${address()} ${method} ${JSON.stringify(first)}`, first);
  const [values, setValues] = useState(begin);
  const [done, setDone] = useState(false);
  const [refused, setRefused] = useState<string>();
  const changed = JSON.stringify(params(values)) !== JSON.stringify(params(first));
  const saved = useUnsaved(asks && changed, () => {
    // A dialog that is closed takes its form away, too, and its person is there.
    if (!latest('session.changed')?.person) keep({ ...values, ...hides });
  });
  const { run, busy, error, clear } = useAct(method);
  const errorWords = useErrorWords();
  const ref = useRef<HTMLFormElement>(null);
  const set = (part: Partial<V>) => {
    setValues((before) => ({ ...before, ...part }));
    setDone(false);
    if (refused !== undefined && refused in part) setRefused(undefined);
  };
  const words: Rules<V>['words'] = (name, typed) =>
    options.words?.(name, typed) ?? (name === refused && error ? errorWords(error).what : undefined);
  const fields = formFields({ ...options, words, schema: methods[method].params }, values, set, refused);

  const submit = async () => {
    if (busy) return;
    if (!fields.fits) return focusField(ref.current, fields.wrong);
    const result = await run(params(values) as Params<M>, (refusal) => {
      const path = refusal.data?.path;
      const at = typeof path === 'string' ? fieldAt(path, Object.keys(values)) : undefined;
      if (forgets) set(forgets(values));
      setRefused(at);
      if (at !== undefined) focusField(ref.current, new Set([at]));
      onRefused?.();
    });
    if (result === undefined) return;
    if (!keeps) setValues(first);
    setRefused(undefined);
    setDone(true);
    saved();
    onDone?.(result);
  };
  return {
    ...fields,
    form: {
      ref,
      onSubmit: (event) => {
        event.preventDefault();
        void submit();
      },
      onKeyDown: (event) => {
        const { target } = event;
        if (event.key !== 'Enter' || event.defaultPrevented || fields.fits) return;
        if (target instanceof HTMLInputElement && target.role !== 'combobox') focusField(ref.current, fields.wrong);
      },
    },
    button: { submit: true, busy, disabled: !fields.fits },
    changed,
    done,
    busy,
    error,
    clear,
  };
}

/** Focuses the first of these fields in the order of the page. */
function focusField(form: HTMLFormElement | null, names: ReadonlySet<string>): void {
  const controls = [...(form?.elements ?? [])].filter((element) => element instanceof HTMLElement);
  const wrong = (element: Element) =>
    names.has(element.getAttribute('name') ?? '') || element.getAttribute('aria-invalid') === 'true';
  controls.find(wrong)?.focus();
}
