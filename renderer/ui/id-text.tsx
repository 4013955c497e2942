import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shownId } from '../shown-id.ts';
import { visibleText } from '../visible-text.ts';
import './id-text.css';

/** So many characters stand in a row without a break; longer ids lose their middle. */
const LONGEST = 20;
const [HEAD, TAIL] = [10, 6];
const GROUP = 4;

/** `04a1 b2c3`: four by four where it is one run of letters and digits, so that it can be read out. */
const groups = (text: string): readonly string[] =>
  /^[0-9a-z]{8,}$/i.test(text) ? (text.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [text]) : [text];

const Part = ({ text }: { text: string }) => (
  <>
    {groups(text).map((group, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place in the id
      <span key={index} className="id-group">
        {group}
      </span>
    ))}
  </>
);

/** An id as people read it; the whole of it is in its tooltip, and in what is copied. */
export const IdText = ({ id, copy = true }: { id: string; copy?: boolean }) => {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const signs = Array.from(visibleText(id));
  const long = signs.length > LONGEST;
  const shown = (
    <span className="id-text" title={long ? id : undefined}>
      {long ? (
        <>
          <Part text={signs.slice(0, HEAD).join('')} />…<Part text={signs.slice(-TAIL).join('')} />
        </>
      ) : (
        <Part text={signs.join('')} />
      )}
    </span>
  );
  if (!copy) return shown;
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      className="id-copy"
      aria-label={copied ? t('common.copied', { id: shownId(id) }) : t('common.copy', { id: shownId(id) })}
      onClick={() => void navigator.clipboard.writeText(id).then(() => setCopied(true))}
    >
      {shown}
      <Icon size={14} aria-hidden="true" />
    </button>
  );
};
