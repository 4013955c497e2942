import { z } from 'zod';
import { paramsSchema } from '../domain/primitives.ts';

/** An error as a value: `code` names the sentence in i18n (`errors.<code>`), `params` fill it in. */
export const regieErrorSchema = z.object({ code: z.string(), params: paramsSchema });
export type RegieError = z.infer<typeof regieErrorSchema>;

/** What every call of the contract answers. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: RegieError };

export const answered = <T>(value: T): Answer<T> => ({ ok: true, value });
export const failed = (code: string, params: RegieError['params'] = {}): Answer<never> => ({
  ok: false,
  error: { code, params },
});
