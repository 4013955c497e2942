/** It was certainly not sent. `again`: a later try may help. Everything else that is thrown leaves it open. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  readonly again: boolean;
  constructor(message: string, again: boolean) {
    super(message);
    this.again = again;
  }
}
