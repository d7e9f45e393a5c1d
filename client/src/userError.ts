/** A fault that the person can mend: the message says what was found, what is allowed and the likely fix. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
