import { Save } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RecipeView } from '../../app/contract/index.ts';
import { address } from '../address.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { nameIn } from '../profiles/profilecopy.ts';
import { goTo, hrefTo } from '../route.ts';
import { useDraft } from '../unsaved.ts';
import { RecipeWorkbench } from './recipeworkbench.tsx';

type Props = {
  title: string;
  first: string;
  /** The names in use. A new recipe needs another one. */
  taken: readonly string[];
  /** The name that it must keep, when it is another version. */
  name?: string;
  onSaved: () => void;
  children?: ReactNode;
};

/** A text that a person writes. Saving it makes a draft, and units are made by it only after approval. */
export function RecipeDraft({ title, first, taken, name, onSaved, children }: Props) {
  const t = useTranslations('recipes');
  const { text, setText, saved } = useDraft(`${address()} recipe`, first);
  const [valid, setValid] = useState(false);
  const save = useAct('recipes.save');
  const typed = nameIn(text);
  const problem = () => {
    if (typed !== undefined && taken.includes(typed)) return t('nameTaken', { name: typed });
    if (name !== undefined && typed !== undefined && typed !== name) return t('nameKept', { name });
    return undefined;
  };
  const message = problem();
  return (
    <>
      <div className="page-head">
        <h2>{title}</h2>
        <span className="grow" />
        {children}
        <Button
          kind="primary"
          icon={Save}
          busy={save.busy}
          disabled={!valid || (name !== undefined && text === first)}
          onClick={async () => {
            const made: RecipeView | undefined = await save.run({ text });
            if (!made) return;
            saved();
            onSaved();
            goTo(hrefTo.station(`recipes/${made.name}/${made.version}`));
          }}
        >
          {t('saveDraft')}
        </Button>
      </div>
      <ErrorNotice error={save.error} />
      <RecipeWorkbench
        text={text}
        onText={setText}
        readOnly={false}
        known={message === undefined ? [] : [{ path: 'name', message }]}
        onValid={setValid}
      />
    </>
  );
}
