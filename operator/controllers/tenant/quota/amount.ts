/** Quantities as whole numbers of the finest unit that a limit is divided in. */
import { nanoUnits } from '../../../core/quantity.ts';

const NANO = 1_000_000_000n;
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const THOUSAND = ['k', 'M', 'G', 'T', 'P', 'E'] as const;
const MILLI = NANO / 1000n;
const CPU = /^((requests|limits)\.)?cpu$/;

/** Billionths; what is no quantity is nothing, which the schema rules out. */
export function amountOf(quantity: string | number | undefined): bigint {
  return quantity === undefined ? 0n : (nanoUnits(quantity) ?? 0n);
}

/** In whole thousandths, which is the finest that the API server keeps: it would round up. */
export const floored = (amount: bigint): bigint => (amount / MILLI) * MILLI;

/**
 * The unit in which a limit of this key is divided, in billionths: thousandths of CPU; whole Mi of what is whole Mi, so
 * that people can read it; else one.
 */
export function unitOf(key: string, limit: bigint): bigint {
  if (CPU.test(key)) return MILLI;
  const mebibyte = NANO * 1024n * 1024n;
  return limit >= mebibyte && limit % mebibyte === 0n ? mebibyte : NANO;
}

/** As people write it: `500m`, `32Gi`, `3`; of whole thousandths. */
export function quantityOf(amount: bigint): string {
  if (amount % NANO !== 0n) return `${amount / MILLI}m`;
  const whole = amount / NANO;
  return shortest(whole, 1024n, BINARY) ?? shortest(whole, 1000n, THOUSAND, 1_000_000n) ?? String(whole);
}

/** With the largest suffix that leaves a whole number. */
function shortest(whole: bigint, base: bigint, suffixes: readonly string[], least = base): string | undefined {
  if (whole < least) return undefined;
  let [left, found] = [whole, ''];
  for (const suffix of suffixes) {
    if (left % base !== 0n) break;
    [left, found] = [left / base, suffix];
  }
  return found === '' ? undefined : `${left}${found}`;
}

export const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

export const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
