import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The one password of everybody in these tests. */
export const PASSWORD = 'Guanxi-2026-test';

const binary = () => {
  const path = process.env.GUANXI_BINARY ?? resolve(import.meta.dirname, '../../../target/debug/guanxi');
  if (!existsSync(path)) throw new Error(`${path} is missing: cargo build -p guanxi-server, or name it in GUANXI_BINARY`);
  return path;
};

const freePort = () =>
  new Promise<number>((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });

/** A server of its own: a data folder, commands on it, then the process that serves it. */
export class Server {
  readonly data = mkdtempSync(join(tmpdir(), 'guanxi-e2e-'));
  url = '';
  /** What it printed: the link of the set-up, and the log when something went wrong. */
  printed = '';
  private process: ChildProcess | undefined;

  /** Runs `guanxi …` on the data folder and gives back what it printed. */
  run(args: string[], input = ''): string {
    const ran = spawnSync(binary(), ['--data', this.data, ...args], { input, encoding: 'utf8', timeout: 120_000 });
    if (ran.status !== 0) throw new Error(`guanxi ${args.join(' ')}: ${ran.stderr || ran.error}`);
    return ran.stdout;
  }

  async serve(): Promise<void> {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.process = spawn(binary(), ['--data', this.data, 'serve', '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on('data', (text: Buffer) => {
        this.printed += text.toString();
      });
    for (let tries = 0; tries < 300; tries++) {
      if (this.process.exitCode !== null) break;
      try {
        if ((await fetch(`${this.url}/api/v1/setup`)).ok) return;
      } catch {
        /* not yet */
      }
      await new Promise((next) => setTimeout(next, 100));
    }
    throw new Error(`the server did not start:\n${this.printed}`);
  }

  async stop(): Promise<void> {
    const running = this.process;
    if (running && running.exitCode === null) {
      const gone = new Promise((done) => running.once('exit', done));
      running.kill('SIGTERM');
      const late = setTimeout(() => running.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(late);
    }
    rmSync(this.data, { recursive: true, force: true });
  }
}
