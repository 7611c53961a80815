import type { Clock } from '../ports/clock.ts';
import type { Cluster } from './cluster/cluster.ts';
import { deliveryScreen } from './screen/delivery-screen.ts';
import { type Line, tone } from './screen/line.ts';
import { Redraw } from './screen/redraw.ts';
import { shortDuration } from './screen/time.ts';
import type { Terminal } from './terminal.ts';
import { deliveryNews } from './view/delivery-news.ts';
import type { DeliveryView } from './view/delivery-view.ts';
import { where } from './where.ts';

/** Shows a delivery as it changes, in the way that fits whoever looks. */
export interface WatchOutput {
  /** @param trouble why the delivery is not up to date at present */
  show(view: DeliveryView, trouble: string | undefined): void;
  /** A sentence after everything else. */
  last(sentence: string): void;
  leave(): void;
}

export function watchOutput(terminal: Terminal, json: boolean, cluster: Cluster, clock: Clock): WatchOutput {
  if (json) return documents(terminal, cluster);
  return terminal.interactive ? picture(terminal, cluster, clock) : lines(terminal, cluster);
}

function documents(terminal: Terminal, { context }: Cluster): WatchOutput {
  let before = '';
  return {
    show(view) {
      const document = `${JSON.stringify({ context, ...view })}\n`;
      if (document !== before) terminal.write(document);
      before = document;
    },
    last: (sentence) => terminal.complain(`${sentence}\n`),
    leave: () => undefined,
  };
}

/** Each thing once, and at the end how it stands. */
function lines(terminal: Terminal, cluster: Cluster): WatchOutput {
  let before: DeliveryView | undefined;
  let saidTrouble: string | undefined;
  terminal.complain(`${where(cluster)}\n`);
  return {
    show(view, trouble) {
      for (const line of deliveryNews(before, view)) terminal.write(`${line}\n`);
      if (trouble !== undefined && trouble !== saidTrouble) terminal.complain(`behind: ${trouble}\n`);
      saidTrouble = trouble;
      if (view.standing !== before?.standing && view.standing !== 'Working') {
        terminal.write(`${view.standing}: ${view.message}\n`);
      }
      before = view;
    },
    last: (sentence) => terminal.complain(`${sentence}\n`),
    leave: () => undefined,
  };
}

function picture(terminal: Terminal, cluster: Cluster, clock: Clock): WatchOutput {
  const redraw = new Redraw(terminal);
  const started = clock.monotonic();
  const resting: readonly string[] = ['Ready', 'Stalled'];
  return {
    show(view, trouble) {
      const { columns, rows } = terminal.size();
      const waited = shortDuration(clock.monotonic() - started);
      const state = resting.includes(view.standing) ? `watched for ${waited}` : `watching for ${waited}, Ctrl-C ends`;
      const footer: Line = [tone('faint', `      ${state} · ${where(cluster)}`)];
      const behind: readonly Line[] = trouble === undefined ? [] : [[tone('bad', `      behind: ${trouble}`)]];
      const below = [footer, ...behind];
      redraw.draw([...fitting(view, { now: clock.now(), width: columns }, rows - 1 - below.length), ...below]);
    },
    last: (sentence) => terminal.write(`${sentence}\n`),
    leave: () => redraw.leave(),
  };
}

/** The richest screen that fits: the past gives way first, then the pods' own lines. */
function fitting(view: DeliveryView, { now, width }: { now: number; width: number }, rows: number): readonly Line[] {
  const choices = [10, 8, 6, 4, 2, 1].map((timeline) => ({ now, width, timeline, pods: true }));
  const smallest = deliveryScreen(view, { now, width, timeline: 0, pods: false });
  return choices.map((options) => deliveryScreen(view, options)).find((lines) => lines.length <= rows) ?? smallest;
}
