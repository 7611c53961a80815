/** The API server cuts a name to so many characters and adds five of its own, as it does for every pod of a ReplicaSet. */
const [KEPT, RANDOM] = [58, '.....'];

/** A regular expression of the names of a ReplicaSet's pods, and of no other's: made of characters that no kind of quotes changes. */
export function podNames(replicaSet: string): string {
  return `${`${replicaSet}-`.slice(0, KEPT)}${RANDOM}`;
}
