import type { Answer, File, FromWorker, ToWorker } from './types';

/** Linter sends requests to the worker. While the worker is busy, only the latest request is kept. */
export class Linter {
  private readonly worker = new Worker('worker.js');
  private busy = false;
  private next: { files: File[]; then: (answer: Answer, took: number) => void } | undefined;
  private then: ((answer: Answer, took: number) => void) | undefined;
  private id = 0;

  constructor(ready: (took: number) => void, failed: (message: string) => void) {
    this.worker.onmessage = (e: MessageEvent<FromWorker>) => {
      const m = e.data;
      switch (m.kind) {
        case 'ready':
          return ready(m.took);
        case 'failed':
          return failed(m.message);
        case 'answer':
          this.busy = false;
          if (!this.next) {
            return this.then?.(m.answer, m.took);
          }
          return this.send();
      }
    };
    this.worker.onerror = () => failed('the linter cannot be started');
  }

  lint(files: File[], then: (answer: Answer, took: number) => void): void {
    this.next = { files, then };
    if (!this.busy) {
      this.send();
    }
  }

  private send(): void {
    const { files, then } = this.next!;
    this.next = undefined;
    this.then = then;
    this.busy = true;
    this.worker.postMessage({ id: ++this.id, files } satisfies ToWorker);
  }
}
