/** A real Prometheus on loopback that scrapes what a test serves, in memory, and goes with the process. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Component } from '../cluster/component.ts';
import { freePort } from '../cluster/free-port.ts';
import { createPlaneDirectory } from '../cluster/plane-directory.ts';
import { answersOk } from '../cluster/probes.ts';
import { ensurePrometheus } from '../cluster/prometheus/prometheus-binary.ts';
import { Supervisor } from '../cluster/supervisor.ts';
import { ScriptedServer } from './scripted-server.ts';
import { until } from './until.ts';

const SCRAPE_MILLISECONDS = 100;
const START_DEADLINE = 60_000;
const ATTEMPTS = 3;
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
  const program = await ensurePrometheus();
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(program, metrics);
    } catch (error) {
      // Between choosing a port and listening on it another process may have taken it.
      const portTaken = error instanceof Error && error.message.includes('address already in use');
      if (!portTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(program: string, metrics: string | (() => string)): Promise<PrometheusPeer> {
  let served = metrics;
  const text = () => (typeof served === 'string' ? served : served());
  const target = await ScriptedServer.start(async (exchange) => {
    // The body is text; the scraper is told by configuration, not by the content type.
    await exchange.raw(`${text()}\n`);
    exchange.end();
  });
  const directory = createPlaneDirectory();
  const supervisor = new Supervisor(directory);
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    await target.stop();
  };
  try {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const component = new Component(supervisor, command(program, directory, port, target.url), () =>
      answersOk(`${url}/-/ready`),
    );
    await component.start(START_DEADLINE);
    return {
      url,
      async serve(next) {
        const seen = target.requests.length;
        served = next;
        // The second scrape begins after the first was stored.
        await until('Prometheus scraped twice', 10_000, () => target.requests.length >= seen + 3);
      },
      async pause() {
        component.pause();
        await until('Prometheus stood still', 10_000, async () => !(await answersWithin(SILENCE, `${url}/-/ready`)));
      },
      resume: () => component.resume(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const answersWithin = (milliseconds: number, url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(milliseconds) }).then(
    (response) => response.ok,
    () => false,
  );

function command(program: string, directory: string, port: number, target: string) {
  const configuration = join(directory, 'prometheus.yml');
  mkdirSync(join(directory, 'data'));
  // JSON is YAML.
  writeFileSync(
    configuration,
    JSON.stringify({
      global: {
        scrape_interval: `${SCRAPE_MILLISECONDS}ms`,
        scrape_timeout: `${SCRAPE_MILLISECONDS}ms`,
      },
      scrape_configs: [
        {
          job_name: 'test',
          fallback_scrape_protocol: 'PrometheusText0.0.4',
          static_configs: [{ targets: [new URL(target).host] }],
        },
      ],
    }),
  );
  return {
    name: 'prometheus',
    program,
    parameters: [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.retention.size=256MB',
      '--query.timeout=10s',
      '--log.level=warn',
    ],
    log: join(directory, 'prometheus.log'),
  };
}
