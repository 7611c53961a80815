import type { Job } from '../../cluster-objects.ts';

const LONGEST = 200;

/** What became of a Job; `undefined` while it goes on. */
export function jobEnd(job: Job): { readonly phase: 'Good' | 'Bad'; readonly message: string } | undefined {
  const { name } = job.metadata;
  const held = (type: string) =>
    job.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
  if (held('Complete') !== undefined) return { phase: 'Good', message: `Job ${name} is Complete` };
  const failed = held('Failed');
  if (failed === undefined) return undefined;
  const { reason = 'Failed', message = '' } = failed;
  const why = message === '' ? '' : `: ${message.slice(0, LONGEST)}`;
  return { phase: 'Bad', message: `Job ${name} failed (${reason})${why}` };
}
