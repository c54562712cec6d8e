import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button.tsx';
import { copyText } from './clipboard.ts';

/** Copies text and then says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const t = useTranslations('common');
  const [copied, setCopied] = useState(false);
  return (
    <Button
      icon={copied ? Check : Copy}
      onBlur={() => setCopied(false)}
      onClick={async () => {
        await copyText(text);
        setCopied(true);
      }}
    >
      <span aria-live="polite">{copied ? t('copied') : label}</span>
    </Button>
  );
}
