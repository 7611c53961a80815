import { OPERATOR_SERVICE_ACCOUNT, SYSTEM_NAMESPACE } from '../api/names.ts';
import type { Action, Identity } from './action.ts';
import type { Milliseconds } from './decision.ts';
import type { GateQuestion } from './gate-input.ts';
import type { Json } from './json.ts';

type JsonObject = { readonly [key: string]: Json };

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MILLISECONDS_A_MINUTE = 60_000;
const MINUTES_A_DAY = 1440;

/**
 * The question as policies read it (policy-security.md section 1): plain JSON, identities as the user names that the API
 * server knows, no contents of Secrets, and a time in UTC that stands still. Facts that a room does not give are absent.
 */
export function buildGateInput(question: GateQuestion, now: Milliseconds): JsonObject {
  const { kind, step, safety, teardown, subject, object, actions, facts } = question;
  const { namespace, name, uid, generation, labels } = object.metadata;
  return plain({
    ...facts,
    subject: { user: userOf(subject) },
    resource: { kind: object.kind, namespace, name, uid, generation, labels: labels ?? {}, spec: object.spec },
    step: { kind, name: step, safety, teardown },
    actions: actions.map(shown),
    time: calendar(now),
  });
}

/** The user name under which the API server knows an identity. */
export function userOf(identity: Identity): string {
  const { namespace, name } =
    identity.kind === 'operator' ? { namespace: SYSTEM_NAMESPACE, name: OPERATOR_SERVICE_ACCOUNT } : identity;
  return `system:serviceaccount:${namespace}:${name}`;
}

function shown(action: Action): object {
  const identity = 'as' in action ? { as: userOf(action.as) } : {};
  const object = 'object' in action ? { object: withoutContents(action.object) } : {};
  return { ...action, ...object, ...identity };
}

/** What a Secret holds is no policy's business. */
function withoutContents(object: { readonly kind: string }): object {
  if (object.kind !== 'Secret') return object;
  const { data: _data, stringData: _stringData, ...rest }: Readonly<Record<string, unknown>> = { ...object };
  return rest;
}

function calendar(now: Milliseconds): JsonObject {
  const moment = new Date(now);
  const text = moment.toISOString();
  return {
    now: `${text.slice(0, 19)}Z`,
    weekday: WEEKDAYS[moment.getUTCDay()] ?? 'Sun',
    minute: Math.floor(now / MILLISECONDS_A_MINUTE) % MINUTES_A_DAY,
    date: text.slice(0, 10),
  };
}

/** Members that are `undefined` are absent, as on the wire. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)); // border: what stringify printed is JSON
}
