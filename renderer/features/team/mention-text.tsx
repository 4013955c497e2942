import { piecesOf } from '../../../shared/domain/mentions.ts';
import './team.css';

/** A note with the names in it marked. */
export const MentionText = ({ text, names }: { text: string; names: readonly string[] }) => {
  let at = 0;
  return piecesOf(text, names).map((piece) => {
    const key = at;
    at += piece.text.length;
    return piece.mention === null ? (
      <span key={key}>{piece.text}</span>
    ) : (
      <mark key={key} className="named">
        {piece.text}
      </mark>
    );
  });
};
