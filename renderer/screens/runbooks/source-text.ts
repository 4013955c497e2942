import type { Runbook } from '../../../shared/domain/runbook.ts';
import { i18n } from '../../i18n.ts';

/** Where a runbook comes from. The guide is written in English: its headings are cited, as somebody looks them up there. */
export const sourceText = ({ source }: Runbook): string =>
  source.startsWith('Our own') ? i18n.t('runbooks.ownSource') : i18n.t('runbooks.source', { source });
