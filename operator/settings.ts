/**
 * The operator's settings: one file (`CODE_SETTINGS`, YAML or JSON) and the environment become one frozen value, checked
 * once. No other file reads the environment.
 */
import { SYSTEM_NAMESPACE } from './api/names.ts';
import type { Sink } from './api/notices.ts';
import type { FieldError, Parsed } from './api/parsed.ts';
import { readSinks } from './api/sink-settings.ts';

export interface Settings {
  /** Path of a kubeconfig; absent: the pod's own ServiceAccount. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Namespace of the operator's Lease and settings. */
  readonly namespace: string;
  /** Probes and metrics. */
  readonly http: Listener;
  /** Our MCP servers; loopback unless TLS is configured in front of it. */
  readonly mcp: Listener;
  readonly lease: LeaseSettings;
  /** Namespaces without a Tenant: `Serve` them under a ServiceAccount kept there, or `Refuse` them. */
  readonly untenanted: 'Serve' | 'Refuse';
  /** Version that Pod Security labels are pinned to, never `latest`. */
  readonly podSecurityVersion: string;
  /** Keys worked on at once, a kind. */
  readonly workers: number;
  readonly metrics: MetricSettings;
  readonly tools: ToolSettings;
  /** By the name that specs use; in the file only, since one has several fields. */
  readonly notifications: { readonly sinks: Readonly<Record<string, Sink>> };
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'json' | 'text' };
  /** Collector that takes spans by OTLP over HTTP; absent: deliveries are not traced. */
  readonly telemetry: { readonly otlp?: string };
  /** Built files, relative to the working directory unless absolute. */
  readonly files: { readonly policyBundle: string; readonly wasm: string; readonly auditLog?: string };
}

export interface Listener {
  readonly host: string;
  /** 0: any free port, told in the log. */
  readonly port: number;
}

/** Seconds; client-go's defaults. */
export interface LeaseSettings {
  readonly name: string;
  readonly durationSeconds: number;
  readonly renewDeadlineSeconds: number;
  readonly retrySeconds: number;
}

/** MCP servers beside our own, by the name that specs use. */
export interface ToolSettings {
  /** Address of each one's Streamable HTTP endpoint. */
  readonly servers: Readonly<Record<string, string>>;
  /**
   * `Trusted`: what the server says of its tools is believed, so a call that is harmless by its word may be made again after a
   * crash, and may measure. `FirstUse` unless set: its calls are never repeated.
   */
  readonly trust: Readonly<Record<string, string>>;
  /** File of the bearer token for a server, read at each call: it may be rotated. */
  readonly tokenFiles: Readonly<Record<string, string>>;
}

/** Where metrics may be read; no other address is dialled for one. */
export interface MetricSettings {
  /** Base address of each Prometheus by the name that specs use; `default` where they name none. */
  readonly prometheus: Readonly<Record<string, string>>;
  /** File of the bearer token for a Prometheus over https, read at each question: it may be rotated. */
  readonly prometheusTokenFiles: Readonly<Record<string, string>>;
  /** File of the authorities (PEM) that a Prometheus over https is trusted by, in place of the usual ones; read likewise. */
  readonly prometheusAuthorityFiles: Readonly<Record<string, string>>;
  /** Origins of web metrics by a name of your own, https only. */
  readonly web: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

const text: Reader = {
  expects: 'a text of 1 to 1024 characters',
  read: (value) => (typeof value === 'string' && value.length > 0 && value.length <= 1024 ? value : undefined),
};

/** Every setting with the environment variable that overrides it; the file's field is the dotted name. */
const SETTINGS = {
  kubeconfig: ['CODE_KUBECONFIG', text],
  context: ['CODE_CONTEXT', text],
  namespace: ['CODE_NAMESPACE', text],
  'http.host': ['CODE_HTTP_HOST', text],
  'http.port': ['CODE_HTTP_PORT', wholeNumber(0, 65_535)],
  'mcp.host': ['CODE_MCP_HOST', text],
  'mcp.port': ['CODE_MCP_PORT', wholeNumber(0, 65_535)],
  'lease.name': ['CODE_LEASE_NAME', text],
  'lease.durationSeconds': ['CODE_LEASE_DURATION_SECONDS', number(1, 600)],
  'lease.renewDeadlineSeconds': ['CODE_LEASE_RENEW_DEADLINE_SECONDS', number(0.5, 600)],
  'lease.retrySeconds': ['CODE_LEASE_RETRY_SECONDS', number(0.1, 60)],
  untenanted: ['CODE_UNTENANTED', oneOf('Serve', 'Refuse')],
  podSecurityVersion: ['CODE_POD_SECURITY_VERSION', text],
  workers: ['CODE_WORKERS', wholeNumber(1, 200)],
  'log.level': ['CODE_LOG_LEVEL', oneOf('debug', 'info', 'warn', 'error')],
  'log.format': ['CODE_LOG_FORMAT', oneOf('json', 'text')],
  'telemetry.otlp': ['CODE_OTLP', address('http', 'https')],
  'files.policyBundle': ['CODE_POLICY_BUNDLE', text],
  'files.wasm': ['CODE_WASM', text],
  'files.auditLog': ['CODE_AUDIT_LOG', text],
} as const satisfies Readonly<Record<string, readonly [string, Reader]>>;

type Name = keyof typeof SETTINGS;

/**
 * Settings whose last part is a name of the platform's own: `metrics.prometheus.<name>` in the file,
 * `<name>=<address>,<name>=<address>` in the environment, which replaces the file's.
 */
const NAMED_SETTINGS = {
  'metrics.prometheus': ['CODE_METRICS_PROMETHEUS', address('http', 'https')],
  'metrics.prometheusTokenFiles': ['CODE_METRICS_PROMETHEUS_TOKEN_FILES', text],
  'metrics.prometheusAuthorityFiles': ['CODE_METRICS_PROMETHEUS_AUTHORITY_FILES', text],
  'metrics.web': ['CODE_METRICS_WEB', address('https')],
  'tools.servers': ['CODE_TOOLS_SERVERS', address('http', 'https')],
  'tools.trust': ['CODE_TOOLS_TRUST', oneOf('FirstUse', 'Trusted')],
  'tools.tokenFiles': ['CODE_TOOLS_TOKEN_FILES', text],
} as const satisfies Readonly<Record<string, readonly [string, Reader]>>;

type NamedSetting = keyof typeof NAMED_SETTINGS;
const SINKS = 'notifications.sinks';
const MOST_NAMES = 32;
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Reads one setting: the value when it is allowed, and what is when it is not. */
interface Reader<Value extends string | number = string | number> {
  readonly expects: string;
  read(value: unknown): Value | undefined;
}

const DEFAULTS: Readonly<Partial<Record<Name, string | number>>> = {
  namespace: SYSTEM_NAMESPACE,
  'http.host': '0.0.0.0',
  'http.port': 8080,
  'mcp.host': '127.0.0.1',
  'mcp.port': 8090,
  'lease.name': 'code-operator',
  'lease.durationSeconds': 15,
  'lease.renewDeadlineSeconds': 10,
  'lease.retrySeconds': 2,
  untenanted: 'Serve',
  // The version that the pack pod_security proves pods by: pinned, so that both refuse the same and no upgrade of the
  // cluster refuses what ran. It goes up together with the pack.
  podSecurityVersion: 'v1.36',
  workers: 10,
  'log.level': 'info',
  'log.format': 'json',
  'files.policyBundle': 'build/policy/policy.wasm',
  'files.wasm': 'build/wasm',
};

/**
 * @param file what the settings file holds, parsed, or undefined when there is none
 * @param environment overrides, by the names above
 */
export function settingsFrom(file: unknown, environment: Environment): Parsed<Settings> {
  const errors: FieldError[] = [];
  const given = flatten(file, errors);
  const values = new Map<string, string | number>();
  for (const name of Object.keys(SETTINGS) as Name[]) {
    const [variable, reader] = SETTINGS[name];
    const raw = environment[variable] ?? given[name];
    const value = raw === undefined ? DEFAULTS[name] : reader.read(raw);
    if (raw !== undefined && value === undefined) {
      errors.push({ field: name, message: `${JSON.stringify(raw)} is not allowed; give ${reader.expects}` });
    }
    if (value !== undefined) values.set(name, value);
  }
  const named = {
    prometheus: readNamed('metrics.prometheus', given, environment, errors),
    prometheusTokenFiles: readNamed('metrics.prometheusTokenFiles', given, environment, errors),
    prometheusAuthorityFiles: readNamed('metrics.prometheusAuthorityFiles', given, environment, errors),
    web: readNamed('metrics.web', given, environment, errors),
  };
  for (const setting of ['prometheusTokenFiles', 'prometheusAuthorityFiles'] as const) {
    const unsafe = Object.keys(named[setting]).filter((name) => !named.prometheus[name]?.startsWith('https://'));
    // A token would be sent for everybody to read, and there is nobody to trust.
    const message = 'names no server of metrics.prometheus with an https address';
    errors.push(...unsafe.map((name) => ({ field: `metrics.${setting}.${name}`, message })));
  }
  const tools = {
    servers: readNamed('tools.servers', given, environment, errors),
    trust: readNamed('tools.trust', given, environment, errors),
    tokenFiles: readNamed('tools.tokenFiles', given, environment, errors),
  };
  for (const setting of ['trust', 'tokenFiles'] as const) {
    const stray = Object.keys(tools[setting]).find((name) => !(name in tools.servers));
    if (stray !== undefined)
      errors.push({ field: `tools.${setting}.${stray}`, message: 'names no server of tools.servers' });
  }
  const sinks = readSinks(entriesUnder(given, SINKS), (value) => address('http', 'https').read(value), errors);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(SETTINGS, name) && namedSettingOf(name) === undefined && !name.startsWith(`${SINKS}.`))
      errors.push({ field: name, message: 'is no setting of this operator; remove it' });
  }
  const settings = build(values, named, tools, sinks);
  if (settings.lease.renewDeadlineSeconds >= settings.lease.durationSeconds) {
    const message = 'must be less than lease.durationSeconds, else two replicas may lead at once';
    errors.push({ field: 'lease.renewDeadlineSeconds', message });
  }
  if (settings.lease.retrySeconds >= settings.lease.renewDeadlineSeconds) {
    const message = 'must be less than lease.renewDeadlineSeconds, else one failed renewal loses the lease';
    errors.push({ field: 'lease.retrySeconds', message });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value: frozen(settings) };
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

function build(
  values: ReadonlyMap<string, string | number>,
  metrics: MetricSettings,
  tools: ToolSettings,
  sinks: Readonly<Record<string, Sink>>,
): Settings {
  const string = (name: Name) => String(values.get(name) ?? '');
  const amount = (name: Name) => Number(values.get(name) ?? Number.NaN);
  const optional = <Key extends string>(key: Key, name: Name) =>
    (values.has(name) ? { [key]: string(name) } : {}) as { readonly [K in Key]?: string };
  return {
    ...optional('kubeconfig', 'kubeconfig'),
    ...optional('context', 'context'),
    namespace: string('namespace'),
    http: { host: string('http.host'), port: amount('http.port') },
    mcp: { host: string('mcp.host'), port: amount('mcp.port') },
    lease: {
      name: string('lease.name'),
      durationSeconds: amount('lease.durationSeconds'),
      renewDeadlineSeconds: amount('lease.renewDeadlineSeconds'),
      retrySeconds: amount('lease.retrySeconds'),
    },
    untenanted: string('untenanted') === 'Refuse' ? 'Refuse' : 'Serve',
    podSecurityVersion: string('podSecurityVersion'),
    workers: amount('workers'),
    metrics,
    tools,
    notifications: { sinks },
    // Borders: the readers above accept these values only.
    log: {
      level: string('log.level') as Settings['log']['level'],
      format: string('log.format') as Settings['log']['format'],
    },
    telemetry: optional('otlp', 'telemetry.otlp'),
    files: {
      policyBundle: string('files.policyBundle'),
      wasm: string('files.wasm'),
      ...optional('auditLog', 'files.auditLog'),
    },
  };
}

function namedSettingOf(name: string): NamedSetting | undefined {
  // Object.keys returns string[]; these are the keys of the constant above
  return (Object.keys(NAMED_SETTINGS) as NamedSetting[]).find((prefix) => name.startsWith(`${prefix}.`));
}

function readNamed(
  setting: NamedSetting,
  given: Fields,
  environment: Environment,
  errors: FieldError[],
): Readonly<Record<string, string>> {
  const [variable, reader] = NAMED_SETTINGS[setting];
  const entries = pairsOf(environment[variable]) ?? entriesUnder(given, setting);
  if (entries.length > MOST_NAMES) errors.push({ field: setting, message: `has more than ${MOST_NAMES} names` });
  const read = entries.slice(0, MOST_NAMES).flatMap(([name, raw]) => {
    const value = reader.read(raw);
    if (typeof value === 'string' && NAME.test(name)) return [[name, value] as const];
    const message = NAME.test(name)
      ? `is not allowed; give ${reader.expects}` // not told: it may hold a password
      : 'is no name; use lower-case letters, digits and dashes';
    errors.push({ field: `${setting}.${name}`, message });
    return [];
  });
  return Object.fromEntries(read);
}

function pairsOf(list: string | undefined): readonly (readonly [string, unknown])[] | undefined {
  if (list === undefined) return undefined;
  const pairs = list.split(',').filter((pair) => pair.trim() !== '');
  return pairs.map((pair) => {
    const [name = '', ...rest] = pair.split('=');
    return [name.trim(), rest.join('=').trim()] as const;
  });
}

const entriesUnder = (given: Fields, setting: string): readonly (readonly [string, unknown])[] =>
  Object.entries(given)
    .filter(([name]) => name.startsWith(`${setting}.`))
    .map(([name, value]) => [name.slice(setting.length + 1), value] as const);

function flatten(file: unknown, errors: FieldError[], prefix = ''): Fields {
  if (file === undefined || file === null) return {};
  if (typeof file !== 'object' || Array.isArray(file)) {
    errors.push({ field: prefix || 'settings', message: 'must be a map of settings' });
    return {};
  }
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(file)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const isList = Array.isArray(value) && name.startsWith(`${SINKS}.`);
    if (value !== null && typeof value === 'object' && !isList) Object.assign(fields, flatten(value, errors, name));
    else fields[name] = value;
  }
  return fields;
}

function number(least: number, most: number): Reader {
  return {
    expects: `a number from ${least} to ${most}`,
    read: (value) => {
      const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof parsed === 'number' && parsed >= least && parsed <= most ? parsed : undefined;
    },
  };
}

function wholeNumber(least: number, most: number): Reader {
  const { read } = number(least, most);
  return {
    expects: `a whole number from ${least} to ${most}`,
    read: (value) => {
      const parsed = read(value);
      return Number.isInteger(parsed) ? parsed : undefined;
    },
  };
}

function oneOf(...words: readonly string[]): Reader {
  return { expects: `one of ${words.join(', ')}`, read: (value) => words.find((word) => word === value) };
}

/** A plain address: no user, no query, no fragment. */
function address(...schemes: readonly string[]): Reader<string> {
  return {
    expects: `an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, without user, query or fragment`,
    read: (value) => {
      const url = typeof value === 'string' && value.length <= 1024 ? URL.parse(value) : null;
      if (url === null || !schemes.includes(url.protocol.slice(0, -1))) return undefined;
      const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
      return plain ? url.href.replace(/\/$/, '') : undefined;
    },
  };
}
