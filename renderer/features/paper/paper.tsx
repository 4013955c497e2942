import { type ReactNode, useEffect, useState } from 'react';
import { createPortal, flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { festivalNow } from '../../clock.ts';
import { formatTime, i18n } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import './paper.css';

/**
 * What of a screen is printed, instead of the screen: made when the browser prints, whichever way that was asked for, and not
 * there otherwise.
 */
export const Paper = (props: { title: string; children: () => ReactNode }) => {
  const [printing, setPrinting] = useState(false);
  // Before it is printed nobody waits for it.
  const proof = useCall('audit.seen', {}).data ?? null;
  useEffect(() => {
    // The browser prints what is there when the event has been handled.
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  return printing ? createPortal(<Sheet {...props} proof={proof} />, document.body) : null;
};

const Sheet = (props: {
  title: string;
  children: () => ReactNode;
  proof: { readonly seq: number; readonly hash: string } | null;
}) => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  const { title, children, proof } = props;
  return (
    <article className="paper" data-theme="light" aria-label={title}>
      <header className="paper-head">
        <h1>{title}</h1>
        <p>
          {t('paper.of', {
            festival: session?.festival.name ?? '',
            time: paperTime(new Date(festivalNow()).toISOString()),
            laptop: session?.laptop ?? '',
            name: session?.operator ?? t('paper.nobody'),
          })}
        </p>
      </header>
      {children()}
      <h2>{t('paper.proof')}</h2>
      <p>{proof === null ? t('paper.noAudit') : t('paper.audit', { row: String(proof.seq) })}</p>
      {proof !== null && <p className="mono paper-query">{proof.hash}</p>}
    </article>
  );
};

/** A time on paper: with its day, whichever day it is read on. */
export const paperTime = (instant: string): string => formatTime(instant, { dated: true, seconds: true });

/** Prints the screen's paper: as a PDF in the desktop window, else by the browser's own dialog. */
export const printPaper = (name: string): void => {
  if (window.regie === undefined) print();
  else window.regie.print(name).catch(() => showToast(i18n.t('paper.failed'), 'bad'));
};
