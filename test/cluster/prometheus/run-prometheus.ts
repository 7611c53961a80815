import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Component } from '../component.ts';
import { freePort } from '../free-port.ts';
import { createPlaneDirectory } from '../plane-directory.ts';
import { answersOk } from '../probes.ts';
import { type Command, Supervisor } from '../supervisor.ts';
import { ensurePrometheus } from './prometheus-binary.ts';

const START_DEADLINE = 60_000;
const ATTEMPTS = 3;

export interface RunningPrometheus {
  /** Base address of its HTTP API. */
  readonly url: string;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/**
 * A real Prometheus on loopback that scrapes one target; it goes with this process, and its data with it.
 * @param target base address; its /metrics is text of the exposition format, and the labels in it are kept
 * @param every milliseconds between two scrapes
 */
export async function runPrometheus(target: string, every: number): Promise<RunningPrometheus> {
  const program = await ensurePrometheus();
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(program, target, every);
    } catch (error) {
      // Between choosing a port and listening on it another process may have taken it.
      const portTaken = error instanceof Error && error.message.includes('address already in use');
      if (!portTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function runOnce(program: string, target: string, every: number): Promise<RunningPrometheus> {
  const directory = createPlaneDirectory();
  const supervisor = new Supervisor(directory);
  try {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const ready = () => answersOk(`${url}/-/ready`);
    const component = new Component(supervisor, command(program, directory, port, scraping(target, every)), ready);
    await component.start(START_DEADLINE);
    return {
      url,
      pause: () => component.pause(),
      resume: () => component.resume(),
      stop: () => supervisor.stop(),
    };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

function scraping(target: string, every: number) {
  const job = {
    job_name: 'pods',
    honor_labels: true,
    fallback_scrape_protocol: 'PrometheusText0.0.4',
    static_configs: [{ targets: [new URL(target).host] }],
  };
  return { global: { scrape_interval: `${every}ms`, scrape_timeout: `${every}ms` }, scrape_configs: [job] };
}

function command(program: string, directory: string, port: number, configuration: object): Command {
  const file = join(directory, 'prometheus.yml');
  mkdirSync(join(directory, 'data'));
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  return {
    name: 'prometheus',
    program,
    parameters: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.retention.size=256MB',
      '--query.timeout=10s',
      '--log.level=warn',
    ],
    log: join(directory, 'prometheus.log'),
  };
}
