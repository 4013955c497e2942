import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '../../../shared/domain/log.ts';
import { call } from '../../bridge.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { visibleText } from '../../visible-text.ts';
import './log.css';

/** The pictures of an entry, small; pressed, as large as the screen. */
export const Pictures = ({ attachments }: { attachments: readonly Attachment[] }) =>
  attachments.length === 0 ? null : (
    <div className="log-pictures">
      {attachments.map((one) => (
        <Picture key={one.sha256} attachment={one} />
      ))}
    </div>
  );

const Picture = ({ attachment }: { attachment: Attachment }) => {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { address, tryAgain } = usePicture(attachment);
  // Another program may have given it any name.
  const name = visibleText(attachment.name);
  if (address === null) {
    return (
      <button type="button" className="button button-quiet" onClick={tryAgain}>
        {t('log.pictureElsewhere', { name })}
      </button>
    );
  }
  return (
    <>
      <button type="button" className="log-picture" onClick={() => setOpen(true)}>
        <img src={address} alt={name} />
      </button>
      {open && (
        <Dialog title={name} onClose={() => setOpen(false)}>
          <img className="log-picture-large" src={address} alt={name} />
        </Dialog>
      )}
    </>
  );
};

const AGAIN_MS = 3_000;

/** From this laptop, or else once from the festival; asked for again until it is there: the text travels ahead of its picture. */
const usePicture = ({ sha256, type }: Attachment) => {
  const { data = null, refetch } = useQuery({
    queryKey: ['picture', sha256],
    queryFn: () => load(sha256, type),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (typeof state.data === 'string' ? false : AGAIN_MS),
  });
  return { address: data, tryAgain: () => void refetch() };
};

const load = async (sha256: string, type: string): Promise<string | null> => {
  const here = await read(sha256);
  if (here !== null) return `data:${type};base64,${here}`;
  const fetched = await call('log.fetchFile', { sha256 });
  const data = fetched.ok && fetched.value.found ? await read(sha256) : null;
  return data === null ? null : `data:${type};base64,${data}`;
};

const read = async (sha256: string): Promise<string | null> => {
  let text = '';
  for (let piece = 0, pieces = 1; piece < pieces; piece += 1) {
    const answer = await call('log.file', { sha256, piece });
    if (!answer.ok || answer.value === null) return null;
    text += answer.value.data;
    pieces = answer.value.pieces;
  }
  return text;
};
