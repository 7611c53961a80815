/** The throw-away control plane could not do what it was asked; the message says what, and what to do next. */
export class PlaneError extends Error {
  override readonly name = 'PlaneError';
}
