import type { CallTool, Outcomes } from '../../../operator/core/action.ts';

/** Tools that succeed, but for those named. */
export const answering =
  (bad: Readonly<Record<string, Outcomes['call-tool']['state']>> = {}) =>
  ({ tool }: CallTool): Outcomes['call-tool'] => ({
    state: bad[tool] ?? 'succeeded',
    message: bad[tool] === undefined ? 'done' : 'no space',
    content: {},
  });
