/** What encoding/json of Go escapes, and JSON.stringify does not: none of it stands outside a string. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/**
 * JSON as the API server writes it. What it keeps raw, such as the immutable `data` of a ControllerRevision, is compared byte by
 * byte with what any later patch of the object brings back: with other bytes even garbage collection could not change an owner.
 */
export function storedJson(object: object): string {
  return JSON.stringify(object).replace(ESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
