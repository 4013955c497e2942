import { Fragment } from 'react';
import type { LogLink, ShownEntry } from '../../../shared/domain/log.ts';
import { logPiecesOf } from '../../../shared/domain/log-text.ts';
import { hrefOf } from '../../routes.ts';
import { tagMeant } from './tags.ts';

/** A text of the log: people, tags, alerts and cards in it stand out, and lead to what they name. */
export const LogText = ({ text, entry }: LogTextProps) => {
  if (text.length <= LONG) return <Pieces text={text} entry={entry} />;
  // What is long stays readable, and the others in sight.
  return (
    <details>
      <summary dir="auto">{`${text.slice(0, SHOWN)}…`}</summary>
      <Pieces text={text} entry={entry} />
    </details>
  );
};
const LONG = 1_000;
const SHOWN = 300;
type LogTextProps = { text: string; entry: Pick<ShownEntry, 'mentions' | 'tags' | 'links'> };

const Pieces = ({ text, entry }: LogTextProps) => (
  <span className="log-text" dir="auto">
    {logPiecesOf(text, entry, tagMeant).map((piece, index) => {
      // A text never changes: its pieces keep their places.
      const key = `${index}`;
      if (piece.is === 'text') return <Fragment key={key}>{piece.text}</Fragment>;
      if (piece.is !== 'link') return <strong key={key}>{piece.text}</strong>;
      const href = hrefOfLink(piece.link);
      return href === null ? (
        <Fragment key={key}>{piece.text}</Fragment>
      ) : (
        <a key={key} href={href}>
          {piece.text}
        </a>
      );
    })}
  </span>
);

/** Where a link of an entry leads; null where no screen shows it by its id. */
export const hrefOfLink = ({ kind, id }: LogLink): string | null => {
  switch (kind) {
    case 'alert':
      return `#/board/${encodeURIComponent(id)}`;
    case 'card':
      return hrefOf({ screen: 'card', cardId: id });
    case 'run':
      return hrefOf({ screen: 'runbooks', runId: id });
    case 'entry':
      return hrefOf({ screen: 'log', query: new URLSearchParams({ words: id }).toString() });
    case 'transaction':
    case 'reader':
      return null;
  }
};
