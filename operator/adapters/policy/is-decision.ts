/** True for `{allow, deny: [{rule, message, remedy?, until?}], warn: [...]}` and nothing else. */
export function isDecision(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['allow'] === 'boolean' &&
    isReasons(value['deny']) &&
    isReasons(value['warn']) &&
    Object.keys(value).length === 3
  );
}

const isReasons = (value: unknown): boolean => Array.isArray(value) && value.every(isReason);

const isReason = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['rule'] === 'string' &&
  typeof value['message'] === 'string' &&
  ['string', 'undefined'].includes(typeof value['remedy']) &&
  ['string', 'undefined'].includes(typeof value['until']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
