/** A real Prometheus on loopback that scrapes what a test serves, in memory, and goes with the process. */
import { runPrometheus } from '../cluster/prometheus/run-prometheus.ts';
import { ScriptedServer } from './scripted-server.ts';
import { until } from './until.ts';

const SCRAPE_MILLISECONDS = 100;
const SILENCE = 300;

export interface PrometheusPeer {
  /** Base address of its HTTP API. */
  readonly url: string;
  /** Serves this text (exposition format) from the next scrape on and waits until it was scraped. */
  serve(metrics: string): Promise<void>;
  /** SIGSTOP and SIGCONT: connections stay open and nothing answers; resolves once it stands still. */
  pause(): Promise<void>;
  resume(): void;
  stop(): Promise<void>;
}

/** @param metrics what its only target serves at first; a function is asked at every scrape */
export async function startPrometheus(metrics: string | (() => string)): Promise<PrometheusPeer> {
  let served = metrics;
  const text = () => (typeof served === 'string' ? served : served());
  const target = await ScriptedServer.start(async (exchange) => {
    // The body is text; the scraper is told by configuration, not by the content type.
    await exchange.raw(`${text()}\n`);
    exchange.end();
  });
  const prometheus = await runPrometheus(target.url, SCRAPE_MILLISECONDS).catch(async (error: unknown) => {
    await target.stop();
    throw error;
  });
  const { url } = prometheus;
  return {
    url,
    async serve(next) {
      const seen = target.requests.length;
      served = next;
      // The second scrape begins after the first was stored.
      await until('Prometheus scraped twice', 10_000, () => target.requests.length >= seen + 3);
    },
    async pause() {
      prometheus.pause();
      await until('Prometheus stood still', 10_000, async () => !(await answersWithin(SILENCE, `${url}/-/ready`)));
    },
    resume: () => prometheus.resume(),
    async stop() {
      await prometheus.stop();
      await target.stop();
    },
  };
}

const answersWithin = (milliseconds: number, url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(milliseconds) }).then(
    (response) => response.ok,
    () => false,
  );
