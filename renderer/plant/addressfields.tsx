import { useTranslations } from 'use-intl';
import type { PlantAddressShown } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { Field } from '../controls/field.tsx';
import { FilePick } from '../controls/filepick.tsx';
import type { Form } from '../controls/useform.ts';

/** What a person types; the secret is never shown, and an empty one stays as it is kept. */
export const addressTyped = (address: Partial<PlantAddressShown> | null) => ({
  /** The text and the name of a chosen file; it comes in place of the fields. */
  ...{ url: '', file: '' },
  ...{ host: address?.host ?? '', port: String(address?.port ?? 5432), database: address?.database ?? '' },
  ...{ user: address?.user ?? '', password: '', rootFile: address?.rootFile ?? '' },
});
export type AddressTyped = ReturnType<typeof addressTyped>;

/** The file holds the password, too. */
export const addressSecrets = { url: '', file: '', password: '' };

/** The address for the station, as the text of the file or in its parts. */
export const reachedBy = ({ url, host, port, database, user, password, rootFile }: AddressTyped) => {
  if (url !== '') return { url };
  const secret = password === '' ? {} : { password };
  const root = rootFile.trim() === '' ? {} : { rootFile: rootFile.trim() };
  return {
    login: { host: host.trim(), port: Number(port), database: database.trim(), user: user.trim(), ...root, ...secret },
  };
};
export const isSameAddress = (one: AddressTyped, other: AddressTyped): boolean =>
  JSON.stringify(reachedBy(one)) === JSON.stringify(reachedBy(other));

/** The words for a mistake in one of the fields. */
export function useAddressWords(): (name: string, values: object) => string | undefined {
  const t = useTranslations('plant.set');
  return (name, values) => {
    if ((values as Record<string, unknown>)[name] === '') return undefined;
    return t(name === 'port' || name === 'askMs' ? 'numberProblem' : 'fieldProblem');
  };
}

export type AddressForm = Pick<Form<AddressTyped>, 'values' | 'set' | 'field' | 'fits'>;
type Props = {
  form: AddressForm;
  /** Whether a password is kept. */
  isKept: boolean;
  fileHint: string;
};

/** How a plant is reached: the file of "plant admit", or its parts. */
export function AddressFields({ form, isKept, fileHint }: Props) {
  const t = useTranslations('plant.set');
  const { values, set, field } = form;
  const pick = async ([file]: File[]) => {
    if (file) set({ url: (await file.text()).trim(), file: file.name });
  };
  return (
    <>
      <FilePick
        label={t('file')}
        accept=".url,.txt"
        chosen={values.file || fileHint}
        onFiles={(files) => void pick(files)}
      />
      {values.url === '' ? (
        <div className="fields three">
          <Field label={t('host')} placeholder="plant.example" maxLength={253} {...field('host')} />
          <Field label={t('port')} inputMode="numeric" maxLength={5} {...field('port')} />
          <Field label={t('database')} placeholder="birthmark" maxLength={63} {...field('database')} />
          <Field label={t('user')} placeholder="line1" maxLength={63} autoComplete="off" {...field('user')} />
          <Field
            label={t('password')}
            hint={t(isKept ? 'passwordKept' : 'passwordHint')}
            type="password"
            autoComplete="new-password"
            maxLength={200}
            {...field('password')}
          />
          <Field label={t('rootFile')} hint={t('rootFileHint')} maxLength={400} {...field('rootFile')} />
        </div>
      ) : (
        <div className="row">
          <Button onClick={() => set({ url: '', file: '' })}>{t('typeIt')}</Button>
        </div>
      )}
    </>
  );
}
