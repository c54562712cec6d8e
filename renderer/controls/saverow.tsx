import { Save } from 'lucide-react';
import { Button } from './button.tsx';
import { ErrorNotice } from './errornotice.tsx';
import type { Form } from './useform.ts';

type Props = {
  form: Pick<Form<object>, 'button' | 'changed' | 'done' | 'error'>;
  /** The words of the button, and those once it is done. */
  save: string;
  saved: string;
};

/** The end of a form of settings: why the station refused them, the button, and that they are saved. */
export function SaveRow({ form, save, saved }: Props) {
  return (
    <>
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" icon={Save} {...form.button} disabled={form.button.disabled || !form.changed}>
          {save}
        </Button>
        <span role="status">{form.done && !form.changed ? saved : ''}</span>
      </div>
    </>
  );
}
