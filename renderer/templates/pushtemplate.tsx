import { CloudUpload } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';

type Props = {
  name: string;
  /** The version, if it is not the newest one. */
  older: number | undefined;
  target: string | undefined;
  onPushed: () => void;
};

/**
 * Puts the newest version of a template in place in an AWS account, as the default version there. An older version it
 * makes the default again.
 */
export function PushTemplate({ name, older, target, onPushed }: Props) {
  const t = useTranslations('templates');
  const [asking, setAsking] = useState(false);
  const push = useAct('templates.push');
  const back = useAct('templates.setDefault');
  const [said, setSaid] = useState('');
  const act = older === undefined ? push : back;
  const full = push.error?.code === 'template.versions';
  const run = async () => {
    const to = target === undefined ? {} : { target };
    if (older === undefined) return push.run({ name, prune: full, ...to });
    const done = await back.run({ name, version: older, ...to });
    return done && { made: 'version' as const, version: done.version };
  };
  return (
    <span className="ask">
      <Button icon={CloudUpload} disabled={target === undefined} onClick={() => setAsking(true)}>
        {t(older === undefined ? 'push' : 'makeDefault')}
      </Button>
      <span className="hint" role="status">
        {target === undefined ? t('noTarget') : said}
      </span>
      <Confirm
        open={asking}
        kind="primary"
        title={older === undefined ? t('pushTitle', { name }) : t('defaultTitle', { name, version: older })}
        meaning={t(older === undefined ? 'pushMeaning' : 'defaultMeaning')}
        act={older !== undefined ? t('makeDefault') : full ? t('pushPruned') : t('push')}
        busy={act.busy}
        onCancel={() => {
          setAsking(false);
          act.clear();
        }}
        onConfirm={async () => {
          const done = await run();
          if (!done) return;
          setSaid(t(`pushed.${done.made}`, { version: done.version }));
          setAsking(false);
          onPushed();
        }}
      >
        <ErrorNotice error={act.error} />
      </Confirm>
    </span>
  );
}
