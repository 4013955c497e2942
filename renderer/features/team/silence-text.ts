import type { Silence } from '../../../shared/domain/silence.ts';
import { i18n } from '../../i18n.ts';
import { detectorName } from '../../sentence.ts';
import { shownId } from '../../shown-id.ts';

/** What a silence matches, in words. */
export const matchText = ({ algorithm, device, cardId }: Pick<Silence, 'algorithm' | 'device' | 'cardId'>): string =>
  [
    algorithm === null ? null : detectorName(algorithm),
    device === null ? null : i18n.t('team.matchDevice', { device }),
    cardId === null ? null : i18n.t('team.matchCard', { card: shownId(cardId) }),
  ]
    .filter((part) => part !== null)
    .join(', ');
