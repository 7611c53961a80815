/** Every rule of `security.scan_manifest`, by family. */
import { podSecurityBaseline } from './pod-security-baseline.ts';
import { podSecurityRestricted } from './pod-security-restricted.ts';
import { reliability } from './reliability.ts';
import type { Rule } from './rule.ts';
import { secrets } from './secrets.ts';
import { supplyChain } from './supply-chain.ts';

export const rules: readonly Rule[] = [
  ...podSecurityBaseline,
  ...podSecurityRestricted,
  ...secrets,
  ...supplyChain,
  ...reliability,
];
