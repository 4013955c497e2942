import { i18n } from '../../i18n.ts';
import { visibleText } from '../../visible-text.ts';

/** A kind of correction that was made, in a word or two; one that nobody knows, as it is. */
export const kindName = (kind: string): string =>
  i18n.exists(`register.kind_${kind}`) ? i18n.t(`register.kind_${kind}`) : visibleText(kind);
