import { BadgeCheck, Box, CircleAlert, FileKey, type LucideIcon, Settings2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RenderedTemplate } from '../../app/contract/index.ts';

const icons: Readonly<Record<string, LucideIcon>> = {
  'AWS::IoT::Thing': Box,
  'AWS::IoT::Certificate': FileKey,
  'AWS::IoT::Policy': BadgeCheck,
};

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function Values({ values }: { values: Record<string, unknown> }) {
  return (
    <dl className="drawing-values">
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="code">{shown(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

type Props = {
  rendered: RenderedTemplate;
  /** Whether a person gave values. Without any, it is no news that a unit cannot be made. */
  tried: boolean;
};

/** What the template makes of the sample: each resource with its values, what is attached to what, and what is missing. */
export function TemplateDrawing({ rendered, tried }: Props) {
  const t = useTranslations('templates');
  const { resources, attachments, deviceConfiguration, unresolved, fails } = rendered;
  return (
    <section className="drawing" aria-label={t('made')}>
      <h3>{t('made')}</h3>
      {tried && fails.length > 0 && (
        <div className="mistakes" role="status">
          <p className="lead">
            <strong>{t('fails')}</strong>
          </p>
          <ul>
            {fails.map((why) => (
              <li key={why}>
                <CircleAlert aria-hidden="true" />
                <p lang="en">{why}</p>
              </li>
            ))}
          </ul>
        </div>
      )}
      {unresolved.length > 0 && (
        <p className="hint">
          {t('unresolved', { count: unresolved.length })} <code>{unresolved.join(', ')}</code>
        </p>
      )}
      <ul className="drawing-resources">
        {Object.entries(resources).map(([name, { Type, Properties }]) => {
          const Icon = icons[Type] ?? Box;
          return (
            <li key={name}>
              <p className="drawing-name">
                <Icon aria-hidden="true" />
                <strong className="mono">{name}</strong> <span className="code hint">{Type}</span>
              </p>
              <Values values={Properties} />
              {attachments
                .filter(({ from }) => from === name)
                .map(({ what, to }) => (
                  <p key={`${what} ${to}`} className="drawing-attached">
                    <span aria-hidden="true">→</span> {t(`attached.${what}`)} <code>{to}</code>
                  </p>
                ))}
            </li>
          );
        })}
        {deviceConfiguration && Object.keys(deviceConfiguration).length > 0 && (
          <li>
            <p className="drawing-name">
              <Settings2 aria-hidden="true" />
              <strong>{t('configuration')}</strong>
            </p>
            <Values values={deviceConfiguration} />
          </li>
        )}
      </ul>
    </section>
  );
}
