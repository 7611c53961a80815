import { createLogger, format, transports } from 'winston';
import { REDACTED, redactText } from '../../core/redact-text.ts';
import type { Log, LogFields } from '../../ports/log.ts';

/** Longest text of one field or message, in characters; a stack is the longest thing we log. */
const LONGEST_TEXT = 4_096;
const LONGEST_LINE = 16_384;
const MOST_FIELDS = 32;
/** Fields whose name says that no value of theirs may be shown. */
const SECRET_NAMES = /^(?:authorization|cookie|password|secret|token|api[-_]?key|credentials?)$/i;

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `json`: one object a line, for collectors; `text`: a line for people at a terminal. */
  readonly format: 'json' | 'text';
  readonly stream: NodeJS.WritableStream;
}

type Entry = { readonly level: string; readonly message: string } & LogFields;

/** The log of the process: bounded, redacted lines on a stream. */
export function winstonLog(options: LogOptions): Log {
  const line = options.format === 'json' ? asJson : asText;
  const logger = createLogger({
    level: options.level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: format.combine(
      format.timestamp(),
      format.printf((entry) => line(entry as unknown as Entry)), // border: winston keeps our fields in its own shape
    ),
    transports: [new transports.Stream({ stream: options.stream })],
  });
  const write =
    (level: LogOptions['level']) =>
    (message: string, fields: LogFields = {}): void => {
      // A field named like one of winston's own would replace it.
      const { level: theirLevel, message: theirMessage, timestamp, ...rest } = bounded(fields);
      const renamed = { fieldLevel: theirLevel, fieldMessage: theirMessage, fieldTimestamp: timestamp };
      logger.log({ level, message: clean(message), ...present(renamed), ...rest });
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function bounded(fields: LogFields): LogFields {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  const kept = entries.slice(0, MOST_FIELDS).map(([name, value]) => [name, fieldValue(name, value)] as const);
  const omitted = entries.length - kept.length;
  return { ...Object.fromEntries(kept), ...(omitted > 0 ? { fieldsOmitted: omitted } : {}) };
}

function fieldValue(name: string, value: LogFields[string]): LogFields[string] {
  if (SECRET_NAMES.test(name)) return REDACTED;
  return typeof value === 'string' ? clean(value) : value;
}

/** Redacted before it is cut: half a token is not recognised. */
function clean(text: string): string {
  const whole = redactText(text.length > LONGEST_LINE ? text.slice(0, LONGEST_LINE) : text);
  return whole.length > LONGEST_TEXT ? `${whole.slice(0, LONGEST_TEXT)}... (${text.length} characters)` : whole;
}

function present(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function asJson({ timestamp, level, message, ...fields }: Entry): string {
  const line = JSON.stringify({ time: timestamp, level, message, ...fields });
  if (line.length <= LONGEST_LINE) return line;
  return JSON.stringify({ time: timestamp, level, message, fieldsOmitted: Object.keys(fields).length });
}

/** Line breaks stay visible as themselves only in a stack, where they belong. */
function asText({ timestamp, level, message, stack, ...fields }: Entry): string {
  const time = String(timestamp).slice(11, 23);
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${quoted(value)}`);
  const line = [time, level.toUpperCase().padEnd(5), oneLine(message), ...pairs].join(' ');
  const cut = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line;
  return stack === undefined ? cut : `${cut}\n${String(stack)}`;
}

function quoted(value: LogFields[string]): string {
  const text = String(value);
  return /^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text);
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');
