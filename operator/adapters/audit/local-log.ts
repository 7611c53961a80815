import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { Upstream } from '../../api/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { Audit, AuditRecord } from '../../ports/audit.ts';

const FIRST = '0'.repeat(64);

/**
 * The audit trail as a local append-only file of JSON lines, each carrying the SHA-256 of the one before: a line that was
 * changed or taken out breaks the chain. Records that arrive while the disk is busy are written together.
 */
export async function localAuditLog(path: string): Promise<Audit> {
  const file = await open(path, 'a', 0o600);
  let previous = await lastHash(path);
  let waiting: { readonly line: string; readonly settle: (error?: Error) => void }[] = [];
  let writing = false;

  const flush = async (): Promise<void> => {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const error = await append(file, batch.map(({ line }) => line).join(''));
      for (const { settle } of batch) settle(error);
    }
    writing = false;
  };

  return {
    append(record: AuditRecord): Promise<void> {
      const chained = { ...record, prev: previous };
      previous = createHash('sha256').update(canonicalJson(chained)).digest('hex');
      const line = `${canonicalJson({ ...chained, hash: previous })}\n`;
      return new Promise((resolve, reject) => {
        waiting.push({ line, settle: (error) => (error === undefined ? resolve() : reject(error)) });
        void flush();
      });
    },
  };
}

async function append(file: FileHandle, lines: string): Promise<Error | undefined> {
  try {
    await file.appendFile(lines);
    await file.datasync();
    return undefined;
  } catch (cause) {
    return new Upstream('AuditDown', 'the audit log cannot be written; steps with effects wait until it can', {
      cause,
    });
  }
}

/** The chain goes on after a restart; a last line that was cut by a crash ends it, and the new one says so by its `prev`. */
async function lastHash(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const hash = /"hash":"([0-9a-f]{64})"/.exec(lines.at(-1) ?? '')?.[1];
  return hash ?? FIRST;
}
