/** Why the training festival's Postgres cannot run, as one sentence that says what to do. */
export class TrainingServerError extends Error {
  override readonly name = 'TrainingServerError';
}
