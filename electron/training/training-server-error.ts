import type { Params } from '../../shared/domain/primitives.ts';
import { errorTexts } from '../../shared/i18n/errors.ts';

/** Why the training festival's Postgres cannot run: a sentence that says what to do (`errors.<code>`). */
export class TrainingServerError extends Error {
  override readonly name = 'TrainingServerError';
  readonly code: TrainingServerProblem;
  readonly params: Params;

  /** The message is the English sentence, for the log. */
  constructor(code: TrainingServerProblem, params: Params = {}, options?: ErrorOptions) {
    super(
      errorTexts.en[code].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? '')),
      options,
    );
    this.code = code;
    this.params = params;
  }
}

type TrainingServerProblem = Extract<keyof typeof errorTexts.en, `training_server_${string}`>;
