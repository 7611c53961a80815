/** A delivery's fresh baseline among the revisions: no revision's hash ends so. Each delivery has its own, or it would not be fresh. */
export function baselineKey(delivery: string): string {
  return `${delivery}-baseline`;
}
