/** The settings `notifications.sinks.<name>` as sinks, with every mistake told by its field. */
import { NOTICE_TYPES, type NoticeType, type Sink, WIRES } from './notices.ts';
import type { FieldError } from './parsed.ts';

const SINKS_AT_MOST = 32;
/** Each of them is a letter for every event of every Deployment. */
const DEFAULTS_AT_MOST = 4;
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const TENANTS_AT_MOST = 64;
const FIELDS: readonly string[] = ['kind', 'url', 'keyFile', 'default', 'events', 'tenants'];
/** Where plain http stays inside the pod or the cluster. */
const INSIDE = /^(localhost|127(\.\d+){3}|\[::1\]|[^.]+|.+\.svc(\.cluster\.local)?)$/;
/** Who wants every stage says so. */
const USUAL: readonly NoticeType[] = NOTICE_TYPES.filter((type) => type !== 'stage_completed');

type Given = Readonly<Record<string, unknown>>;

/**
 * @param given what the file holds below `notifications.sinks`, as `<name>.<field>`
 * @param address makes a plain address of a value
 */
export function readSinks(
  given: readonly (readonly [string, unknown])[],
  address: (value: unknown) => string | undefined,
  errors: FieldError[],
): Readonly<Record<string, Sink>> {
  const byName = new Map<string, Record<string, unknown>>();
  for (const [path, value] of given) {
    const [name = '', ...field] = path.split('.');
    byName.set(name, { ...byName.get(name), [field.join('.')]: value });
  }
  const tell = (field: string, message: string) => errors.push({ field: `notifications.sinks${field}`, message });
  if (byName.size > SINKS_AT_MOST) tell('', `has more than ${SINKS_AT_MOST} names`);
  const sinks = [...byName].slice(0, SINKS_AT_MOST).flatMap(([name, fields]) => {
    const sink = readSink(fields, address, (field, message) => tell(`.${name}${field}`, message));
    if (!NAME.test(name)) tell(`.${name}`, 'is no name; use lower-case letters, digits and dashes');
    return sink === undefined || !NAME.test(name) ? [] : [[name, sink] as const];
  });
  if (sinks.filter(([, sink]) => sink.default).length > DEFAULTS_AT_MOST)
    tell('', `has more than ${DEFAULTS_AT_MOST} sinks with default: true`);
  return Object.fromEntries(sinks);
}

function readSink(
  given: Given,
  address: (value: unknown) => string | undefined,
  tell: (field: string, message: string) => void,
): Sink | undefined {
  const kind = WIRES.find((wire) => wire === given['kind']);
  const url = address(given['url']);
  const keyFile = textOf(given['keyFile']);
  const byDefault = given['default'] ?? false;
  const events = eventsOf(given['events']);
  const tenants = tenantsOf(given['tenants']);
  if (kind === undefined) tell('.kind', `is not one of ${WIRES.join(', ')}`);
  if (url === undefined) tell('.url', 'is no address of http:// or https:// without user, query or fragment');
  else if (isInTheClear(url, kind)) tell('.url', IN_THE_CLEAR);
  if (keyFile === undefined) tell('.keyFile', 'has to name the mounted file of the key');
  if (typeof byDefault !== 'boolean') tell('.default', 'is not true or false');
  if (events === undefined) tell('.events', `is no list of ${NOTICE_TYPES.join(', ')}`);
  if (tenants === 'wrong') tell('.tenants', `is no list of at most ${TENANTS_AT_MOST} names of Tenants`);
  for (const field of Object.keys(given).filter((name) => !FIELDS.includes(name)))
    tell(field === '' ? '' : `.${field}`, 'is no setting of a sink; remove it');
  if (kind === undefined || url === undefined || keyFile === undefined || events === undefined) return undefined;
  const only = tenants === undefined || tenants === 'wrong' ? {} : { tenants };
  return { kind, url, keyFile, default: byDefault === true, events, ...only };
}

const textOf = (value: unknown) =>
  typeof value === 'string' && value.length > 0 && value.length <= 1024 ? value : undefined;

function eventsOf(value: unknown): readonly NoticeType[] | undefined {
  if (value === undefined) return USUAL;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const types = NOTICE_TYPES.filter((type) => value.includes(type));
  return types.length === value.length ? types : undefined;
}

const IN_THE_CLEAR =
  'is http, in the clear outside the cluster; use https, or a Service of the cluster (http://<name>.<namespace>.svc)';

/** The address of a Slack sink is its key, and nothing inside a cluster is Slack. */
function isInTheClear(url: string, kind: Sink['kind'] | undefined): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || /^(localhost|127\.|\[::1\])/.test(hostname)) return false;
  return kind === 'slack' || !INSIDE.test(hostname);
}

function tenantsOf(value: unknown): readonly string[] | undefined | 'wrong' {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0 || value.length > TENANTS_AT_MOST) return 'wrong';
  return value.every((name): name is string => typeof name === 'string' && NAME.test(name)) ? value : 'wrong';
}
