import { createHash } from 'node:crypto';
import { appendFile, open } from 'node:fs/promises';
import { Upstream } from '../../api/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { Audit, AuditRecord } from '../../ports/audit.ts';

const FIRST = '0'.repeat(64);
/** More than the longest line: fifty reasons of a denial, in the longest words. */
const LAST_BYTES = 1024 * 1024;

/** Writes to the end of a file, durable before it resolves. */
export type Append = (path: string, text: string) => Promise<void>;

/** Opened for each batch: whoever moves the file away to keep it finds the next records in a new one. */
const durably: Append = (path, text) => appendFile(path, text, { mode: 0o600, flush: true });

/**
 * The audit trail as a local append-only file of JSON lines, each carrying the SHA-256 of the one before: a line that was
 * changed or taken out breaks the chain. Records that arrive while the disk is busy are written together. Rejects where
 * the file cannot be made or read.
 */
export async function localAuditLog(path: string, append: Append = durably): Promise<Audit> {
  await append(path, '');
  let end: End | undefined = await endOf(path);
  let waiting: Waiting[] = [];
  let writing = false;

  async function write(records: readonly AuditRecord[]): Promise<void> {
    // After a failure nobody knows how much of it was written.
    const { hash, torn } = end ?? (await endOf(path));
    end = undefined;
    const { lines, last } = chained(records, hash);
    await append(path, (torn ? '\n' : '') + lines);
    end = { hash: last, torn: false };
  }

  async function writeAll(): Promise<void> {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const error = await write(batch.map(({ record }) => record)).then(() => undefined, auditDown);
      for (const { settle } of batch) settle(error);
    }
    writing = false;
  }

  return {
    append: (record) =>
      new Promise((resolve, reject) => {
        waiting.push({ record, settle: (error) => (error === undefined ? resolve() : reject(error)) });
        void writeAll();
      }),
  };
}

interface Waiting {
  readonly record: AuditRecord;
  readonly settle: (error?: Error) => void;
}

/** Where the next line goes: the hash it carries, and whether what stands before it was cut in the middle. */
interface End {
  readonly hash: string;
  readonly torn: boolean;
}

function chained(records: readonly AuditRecord[], first: string): { readonly lines: string; readonly last: string } {
  let last = first;
  let lines = '';
  for (const record of records) {
    const content = { ...record, prev: last };
    last = createHash('sha256').update(canonicalJson(content)).digest('hex');
    lines += `${canonicalJson({ ...content, hash: last })}\n`;
  }
  return { lines, last };
}

const auditDown = (cause: unknown): Error =>
  new Upstream('AuditDown', 'the audit log cannot be written; steps with effects wait until it can', { cause });

/** The chain goes on after a restart. A line that a crash has cut was never durable, so nothing was allowed by it. */
async function endOf(path: string): Promise<End> {
  const text = await lastBytes(path);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const hash = hashOf(whole.trimEnd().split('\n').at(-1) ?? '');
  return { hash: hash ?? FIRST, torn: whole !== text };
}

async function lastBytes(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LAST_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}

function hashOf(line: string): string | undefined {
  try {
    const { hash } = JSON.parse(line) as { readonly hash?: unknown }; // border: a line of ours, unless somebody changed it
    return typeof hash === 'string' ? hash : undefined;
  } catch {
    return undefined;
  }
}
