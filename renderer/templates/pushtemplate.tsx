import { CloudUpload } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useStationStatus } from '../stationclient.ts';

/** Puts the newest version of a template in place in an AWS account, as the default version there. */
export function PushTemplate({ name }: { name: string }) {
  const t = useTranslations('templates');
  const targets = (useStationStatus()?.targets ?? []).map((target) => target.name);
  const [asking, setAsking] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const push = useAct('templates.push');
  const [said, setSaid] = useState('');
  const target = chosen ?? targets[0];
  const full = push.error?.code === 'template.versions';
  return (
    <span className="ask">
      <Button icon={CloudUpload} disabled={target === undefined} onClick={() => setAsking(true)}>
        {t('push')}
      </Button>
      <span className="hint" role="status">
        {target === undefined ? t('noTarget') : said}
      </span>
      <Confirm
        open={asking}
        kind="primary"
        title={t('pushTitle', { name })}
        meaning={t('pushMeaning')}
        act={full ? t('pushPruned') : t('push')}
        busy={push.busy}
        onCancel={() => {
          setAsking(false);
          push.clear();
        }}
        onConfirm={async () => {
          const done = await push.run({ name, prune: full, ...(target !== undefined && { target }) });
          if (!done) return;
          setSaid(t(`pushed.${done.made}`, { version: done.version }));
          setAsking(false);
        }}
      >
        {targets.length > 1 && (
          <SelectField
            label={t('target')}
            value={target ?? ''}
            options={targets.map((value) => ({ value, label: value }))}
            onPick={setChosen}
          />
        )}
        <ErrorNotice error={push.error} />
      </Confirm>
    </span>
  );
}
