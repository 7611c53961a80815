import { createReadStream, statSync } from 'node:fs';

/** One line of the API server's audit log, without the fields nobody asks for. */
export type AuditEvent = {
  readonly id: string;
  /** A watch logs ResponseStarted when it begins and ResponseComplete when it ends; other requests the latter only. */
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  /** create, update, patch, delete, deletecollection, get, list or watch. */
  readonly verb: string;
  /** Who authenticated. */
  readonly user: string;
  readonly groups: readonly string[];
  /** In whose name it was asked, when the user impersonated somebody. */
  readonly impersonatedUser: string | undefined;
  readonly userAgent: string;
  readonly uri: string;
  /** What was asked for; undefined for paths that are no resource, such as /version. */
  readonly object: AuditedObject | undefined;
  readonly status: number | undefined;
  /** When the request came in and when this line was made, in milliseconds. */
  readonly receivedAt: number;
  readonly loggedAt: number;
};

/** An object, or a collection when it has no name; the core group is the empty string. */
export type AuditedObject = {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
};

/** Where the log ends now, in bytes: give it to readAuditLog to read only what comes later. */
export function auditLogEnd(path: string): number {
  return statSync(path).size;
}

/**
 * Reads an audit log from a byte on. A line is written after its response was sent, so the last ones may be missing
 * for a moment: wait for what is expected with `until`.
 */
export async function* readAuditLog(path: string, fromByte = 0): AsyncGenerator<AuditEvent> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', start: fromByte })) {
    const lines = (rest + chunk).split('\n');
    // Without its newline a line is still being written.
    rest = lines.pop() ?? '';
    for (const line of lines) yield parseAuditEvent(line);
  }
}

/** Reads one line; throws SyntaxError when it is not one of an audit log. */
export function parseAuditEvent(line: string): AuditEvent {
  // The border: the API server writes audit.k8s.io/v1 Events, and `kind` is checked before anything else is read.
  const event = JSON.parse(line) as WrittenEvent;
  if (event.kind !== 'Event') throw new SyntaxError(`expected an audit event, got ${line.slice(0, 80)}`);
  const reference = event.objectRef;
  return {
    id: event.auditID,
    stage: event.stage,
    verb: event.verb,
    user: event.user.username ?? '',
    groups: event.user.groups ?? [],
    impersonatedUser: event.impersonatedUser?.username,
    userAgent: event.userAgent ?? '',
    uri: event.requestURI,
    object: reference?.resource === undefined ? undefined : auditedObject(reference.resource, reference),
    status: event.responseStatus?.code,
    receivedAt: Date.parse(event.requestReceivedTimestamp),
    loggedAt: Date.parse(event.stageTimestamp),
  };
}

function auditedObject(resource: string, reference: WrittenReference): AuditedObject {
  const { apiGroup = '', subresource, namespace, name } = reference;
  return { group: apiGroup, resource, subresource, namespace, name };
}

type WrittenReference = {
  readonly apiGroup?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
};

type WrittenEvent = {
  readonly kind: string;
  readonly auditID: string;
  readonly stage: AuditEvent['stage'];
  readonly verb: string;
  readonly user: { readonly username?: string; readonly groups?: readonly string[] };
  readonly impersonatedUser?: { readonly username?: string };
  readonly userAgent?: string;
  readonly requestURI: string;
  readonly objectRef?: WrittenReference;
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
};
