import type { DoctorFinding } from '../shared/contract/connection.ts';
import { type DoctorCode, doctorTexts } from '../shared/i18n/doctor.ts';

export type Language = keyof typeof doctorTexts;

/** The sentence of a finding in a language, filled in; its bare code where a language lacks it. */
export const sentence = ({ code, params }: Pick<DoctorFinding, 'code' | 'params'>, language: Language): string => {
  const text: string = doctorTexts[language][code as DoctorCode] ?? code;
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? '')).trim();
};

const MARKS: Readonly<Record<DoctorFinding['level'], string>> = { ok: '✔', info: '·', warning: '!', error: '✖' };

/** One line for a terminal. */
export const line = (finding: DoctorFinding, language: Language): string =>
  `${MARKS[finding.level]} ${sentence(finding, language)}`;
