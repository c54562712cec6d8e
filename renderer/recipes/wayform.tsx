import { useTranslations } from 'use-intl';
import { recipeWays, wayTraits } from '../../app/contract/model.ts';
import { useRead } from '../calls.ts';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useBatches } from '../stationclient.ts';
import { choiceOf, fitted, mustName, recipeIn, type WayChoice, withWay } from './recipeway.ts';

type Props = { text: string; onText: (text: string) => void };

/** The way by which AWS comes to know the units. Each change is written into the text of the recipe. */
export function WayForm({ text, onText }: Props) {
  const t = useTranslations('ways');
  const known = useBatches()?.ready.map(({ target }) => target) ?? [];
  const kept = useRead('documents.list', { kind: 'template' }).data ?? [];
  const recipe = recipeIn(text);
  if (!recipe) return null;
  const choice = choiceOf(recipe);
  const { way, targets, template } = choice;
  const traits = way && wayTraits[way];
  const keptFor = (chosen: WayChoice['way']) => {
    const wanted = chosen && wayTraits[chosen].template;
    return [...new Set(kept.flatMap(({ form, text: body, name }) => (form === wanted && body !== null ? name : [])))];
  };
  const set = (part: Partial<WayChoice>) => {
    // The template of one way fits no other one.
    const next = { ...choice, ...(part.way === undefined ? {} : { template: '' }), ...part };
    onText(withWay(text, fitted(next, known, keptFor(next.way))));
  };
  const names = [...new Set([...keptFor(way), ...(template === '' ? [] : [template])])];
  const options = [...new Set([...known, ...targets])].map((name) => ({ value: name, label: name }));
  return (
    <section className="stack tight way-form" aria-label={t('ofRecipe')}>
      <SelectField
        label={t('ofRecipe')}
        value={way ?? ''}
        options={[
          { value: '', label: t('byOrder') },
          ...recipeWays.map((one) => ({ value: one, label: t(`name.${one}`) })),
        ]}
        onPick={(picked) => set({ way: recipeWays.find((one) => one === picked) ?? null })}
      />
      <p className="hint">{way === null ? t('byOrderHint') : t(`recipeHint.${way}`)}</p>
      {traits && !traits.several && (
        <SelectField
          label={t('target')}
          value={targets[0] ?? ''}
          options={options}
          onPick={(picked) => set({ targets: [picked] })}
        />
      )}
      {traits?.several && (
        <fieldset className="choices">
          <legend className="label">{t('chooseTargets')}</legend>
          {options.map(({ value }) => (
            <label key={value} className="check">
              <input
                type="checkbox"
                checked={targets.includes(value)}
                // A way without a target would be none.
                disabled={targets.length === 1 && targets[0] === value}
                onChange={(event) =>
                  set({ targets: event.target.checked ? [...targets, value] : targets.filter((one) => one !== value) })
                }
              />
              {value}
            </label>
          ))}
        </fieldset>
      )}
      {traits?.template && (
        <SelectField
          label={traits.templateInAws ? t('templateInAws') : t('templateKept')}
          value={template}
          options={[
            ...(way && mustName(way) ? [] : [{ value: '', label: t('noTemplate') }]),
            ...names.map((name) => ({ value: name, label: name })),
          ]}
          onPick={(picked) => set({ template: picked })}
        />
      )}
      {traits?.by === 'device' && (
        <>
          <Field
            label={t('dueDays')}
            inputMode="numeric"
            value={String(choice.dueDays ?? '')}
            onValue={(typed) => /^[1-9]\d{0,3}$/.test(typed) && set({ dueDays: Number(typed) })}
          />
          <label className="check">
            <input
              type="checkbox"
              checked={choice.beforePass}
              onChange={(event) => set({ beforePass: event.target.checked })}
            />
            {t('beforePass')}
          </label>
        </>
      )}
    </section>
  );
}
