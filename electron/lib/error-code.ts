import { z } from 'zod';

const coded = z.object({ code: z.string() });

/** The code that Node gives an error of the system or of TLS; undefined where it has none. */
export const codeOf = (error: unknown): string | undefined => coded.safeParse(error).data?.code;
