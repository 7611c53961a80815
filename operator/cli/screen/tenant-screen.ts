import type { TenantNamespaceStatus } from '../../api/generated/tenant.ts';
import type { TenantView } from '../view/tenant-view.ts';
import { columns, type Line, type Span, type Tone, tone, wrap } from './line.ts';

const STANDINGS: Readonly<Record<TenantView['standing'], Tone>> = { Ready: 'good', Stalled: 'bad', Working: 'busy' };
const STATES: Readonly<Record<TenantNamespaceStatus['state'], Tone>> = {
  Ready: 'good',
  Pending: 'busy',
  Guarding: 'busy',
  Terminating: 'busy',
  Refused: 'bad',
};
const TIMELINE = 8;

/** All tenants, one a line. */
export function tenantsScreen(views: readonly TenantView[]): readonly Line[] {
  if (views.length === 0) return [['there is no Tenant']];
  const head: readonly Span[] = ['TENANT', 'STATE', 'NAMESPACES', 'CPU', 'MEMORY', 'MESSAGE'].map((name) =>
    tone('faint', name),
  );
  const rows = views.map((view): readonly Span[] => [
    tone('strong', view.name),
    tone(STANDINGS[view.standing], view.phase),
    String(view.namespaces.length),
    quotaOf(view, 'cpu'),
    quotaOf(view, 'memory'),
    view.message,
  ]);
  return columns([head, ...rows], '');
}

function quotaOf({ quota }: TenantView, resource: string): string {
  const found =
    quota.find((one) => one.resource === `requests.${resource}`) ?? quota.find((one) => one.resource === resource);
  return found === undefined ? '-' : `${found.used}/${found.hard}`;
}

/** One tenant on one screen. */
export function tenantScreen(view: TenantView, width: number): readonly Line[] {
  const { name, standing, phase, message, owners, namespaces, quota, timeline } = view;
  return [
    [
      tone('strong', `tenant ${name}`),
      '  ',
      tone(STANDINGS[standing], standing === phase ? phase : `${standing}: ${phase}`),
    ],
    ...wrap(message, width, '  '),
    ...section(
      'Owners',
      owners.map((owner) => ['  ', owner]),
    ),
    ...section(
      'Namespaces',
      columns(
        namespaces.map(({ name: namespace, state, origin = '', reason, message: why }) => [
          namespace,
          tone(STATES[state], state),
          origin,
          [reason, why].filter((part) => part !== undefined).join(': '),
        ]),
      ),
    ),
    ...section(
      'Quota (used, given to namespaces, of)',
      columns(quota.map(({ resource, used, reserved, hard }) => [resource, used, reserved, hard])),
    ),
    ...section(
      'Timeline',
      timeline.slice(-TIMELINE).flatMap((line) => wrap(line, width, '  ')),
    ),
  ];
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [[], [tone('strong', title)], ...lines];
}
