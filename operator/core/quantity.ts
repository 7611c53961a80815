/**
 * Kubernetes resource quantities as exact numbers: `500m`, `2Gi`, `1.5`, `12e6`
 * (apimachinery resource.Quantity: decimal SI n u m k M G T P E, binary Ki..Ei, or a decimal exponent).
 */

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };
const GRAMMAR = /^([+-]?)(\d+)?(?:\.(\d*))?(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d{1,3}))?$/;
/** The finest unit that a quantity can state. */
const NANO = 9;

/** The quantity in billionths of its unit, rounded up as the API server does; `undefined` for what is none. */
export function nanoUnits(text: string | number): bigint | undefined {
  const match = GRAMMAR.exec(String(text));
  if (match === null || (match[2] === undefined && !match[3])) return undefined;
  const [, sign, whole = '0', fraction = '', suffix = '', exponent] = match;
  const digits = BigInt(whole + fraction);
  const binary = BINARY[suffix];
  const factor = binary === undefined ? 1n : 1024n ** BigInt(binary);
  const power = NANO - fraction.length + (exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent));
  const scaled = digits * factor;
  const magnitude = power >= 0 ? scaled * 10n ** BigInt(power) : ceilingDivide(scaled, 10n ** BigInt(-power));
  return sign === '-' ? -magnitude : magnitude;
}

/** True when both are quantities of the same amount, however they are written (`1` and `1000m`). */
export function sameQuantity(left: string | number, right: string | number): boolean {
  const amount = nanoUnits(left);
  return amount !== undefined && amount === nanoUnits(right);
}

function ceilingDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
