import { CircleCheck, CircleDashed, History, type LucideIcon, PowerOff, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RecipeView } from '../../app/contract/index.ts';
import { Pill, type Tone } from '../controls/pill.tsx';

const looks: Record<RecipeView['state'], { tone: Tone; icon: LucideIcon }> = {
  draft: { tone: 'plain', icon: CircleDashed },
  approved: { tone: 'act', icon: CircleCheck },
  replaced: { tone: 'plain', icon: History },
  retired: { tone: 'plain', icon: PowerOff },
};

/** The state of a version, and whether a problem keeps it from being used. */
export function RecipePills({ recipe: { state, problems } }: { recipe: RecipeView }) {
  const t = useTranslations('recipes');
  return (
    <>
      {problems.length > 0 && (
        <Pill tone="bad" icon={TriangleAlert}>
          {t('problems', { count: problems.length })}
        </Pill>
      )}
      <Pill {...looks[state]}>{t(`state.${state}`)}</Pill>
    </>
  );
}
