import { canonicalJson } from '../../core/hash.ts';
import type { Audit } from '../../ports/audit.ts';
import type { Log } from '../../ports/log.ts';

/** The audit trail in the operator's own log, where no file is configured: as durable as that log is collected. */
export function processLogAudit(log: Log): Audit {
  return {
    append: async (record) => log.info('audit', { record: canonicalJson(record) }),
  };
}
