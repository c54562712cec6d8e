import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { targetsOf, wayOf } from '../../app/contract/model.ts';
import { NamedValues } from '../controls/namedvalues.tsx';
import { useDuration } from '../controls/timestamp.tsx';
import { useDriverWords } from '../station/driverwords.ts';
import { anyModel } from '../units/unitmodel.ts';
import { recipeIn } from './recipeway.ts';

/** The effect of a recipe, in words for people who do not read JSON. */
export function RecipeSummary({ text }: { text: string }) {
  const t = useTranslations('recipes');
  const ways = useTranslations('ways');
  const words = useDriverWords();
  const duration = useDuration();
  const recipe = recipeIn(text);
  if (!recipe) return <p className="hint">{t('unreadable')}</p>;
  const way = wayOf(recipe);
  const targets = new Set(targetsOf(recipe).map(({ name }) => name));
  const { config, goldenUnit, settings, line, usb } = recipe;
  const wordsOf = (values: object) =>
    Object.entries(values).map(([key, value]) => `${words.setting(key)}: ${words.choice(key, String(value))}`);
  const chosen = wordsOf(settings);
  const chosenLine = wordsOf(line);
  const facts: [string, ReactNode][] = [
    [t('fact.model'), recipe.model === anyModel ? t('anyModel') : recipe.model],
    [t('fact.driver'), [recipe.driver, ...chosen].join(' · ')],
    [t('fact.line'), chosenLine.length === 0 ? t('lineOfDriver') : t('lineOfRecipe', { line: chosenLine.join(' · ') })],
    [t('fact.profile'), recipe.profile],
    [t('fact.issuer'), recipe.issuer ? t('issuerAws', { target: recipe.issuer.aws }) : t('issuerStation')],
    [t('fact.way'), way === null ? ways('byOrder') : [ways(`name.${way}`), ...targets].join(' · ')],
    [t('fact.keyType'), recipe.keyType],
    [t('fact.endpoint'), config.endpoint === '' ? t('noEndpoint') : config.endpoint],
    [t('fact.thingName'), <code key="t">{config.thingName}</code>],
    [t('fact.rootCa'), t(`rootCa.${rootWord(recipe.rootCa)}`)],
    [t('fact.seal'), recipe.seal ? t('sealed') : t('notSealed')],
    [t('fact.retries'), t('retries', { count: recipe.retries })],
    [t('fact.timeLimit'), duration(recipe.timeLimitSeconds * 1000)],
    [
      t('fact.usb'),
      usb.length === 0
        ? t('anyPort')
        : usb.map(({ vendorId, productId }) => `${vendorId}:${productId ?? t('anyProduct')}`).join(', '),
    ],
    [t('fact.continuous'), recipe.continuous ? t('continuous') : t('notContinuous')],
    [
      t('fact.golden'),
      goldenUnit === null
        ? t('noGolden')
        : t('goldenEvery', { serial: goldenUnit.unitSerial, hours: goldenUnit.everyHours }),
    ],
  ];
  return <NamedValues facts={facts} />;
}

const rootWord = (rootCa: string) => (rootCa === 'amazon' || rootCa === 'station' ? rootCa : 'pem');
