import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import './copied-text.css';

/** A text to take elsewhere: a command, a statement. */
export const CopiedText = ({ text }: { text: string }) => {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <div className="copied-text">
      <pre className="mono">{text}</pre>
      <Button onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
        {t(copied ? 'database.copied' : 'database.copy')}
      </Button>
    </div>
  );
};
