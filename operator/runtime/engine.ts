import type { CodeError } from '../api/errors.ts';
import type { RoomName } from '../api/names.ts';
import type { CodeObject } from '../api/objects.ts';
import type { Parsed } from '../api/parsed.ts';
import type { GateQuestion } from '../core/gate-input.ts';
import type { Laws } from '../core/laws.ts';
import type { ReportedStatus } from '../core/report.ts';
import type { ConfigReader } from '../ports/config.ts';
import type { Reader, Writer } from '../ports/kube.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Answer } from './gate.ts';
import type { Performers } from './perform.ts';
import type { StatusPace } from './status-pace.ts';

/** The cluster as one pass sees and changes it: never older than what the passes of its key wrote (R24). */
export interface Access {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly performers: Performers;
  /** What keeps the reader from showing what the passes of its key wrote: nothing may be decided on what it shows. */
  readonly behind?: CodeError;
}

/** What the reconcile of every room shares; `main.ts` puts it together once. */
export interface Engine {
  /** @param key room and object, such as `deployment/acme-prod/shop`. */
  access(key: string, signal: AbortSignal): Promise<Access>;
  /** ConfigMaps and Secrets of tenants, without what they hold. */
  readonly config: ConfigReader;
  /** Turns a stored object into one that its room may trust, or says which fields are wrong. */
  parse(room: RoomName, object: CodeObject): Parsed<CodeObject>;
  gate(question: GateQuestion): Promise<Answer>;
  laws(): Laws;
  /** Tells of a status that was just written, as Kubernetes events and spans; never awaited, never fails. */
  told(object: CodeObject, status: ReportedStatus): void;
  readonly metrics: Pick<Metrics, 'gauge'>;
  /** Which status may wait for the next one; without it each is written at once. */
  readonly pace?: StatusPace;
}
