/** Events of a test, to as many listeners as there are. */
export class Bus<Event> {
  private readonly listeners = new Set<(event: Event) => void>();

  get listening(): number {
    return this.listeners.size;
  }

  publish(event: Event): void {
    for (const listener of this.listeners) listener(event);
  }

  listen(): AsyncIterableIterator<Event> {
    const queue: Event[] = [];
    let wake: (() => void) | undefined;
    let ended = false;
    const listener = (event: Event): void => {
      queue.push(event);
      wake?.();
    };
    this.listeners.add(listener);
    const end = async (): Promise<IteratorResult<Event>> => {
      ended = true;
      this.listeners.delete(listener);
      wake?.();
      return { done: true, value: undefined };
    };
    return {
      next: async () => {
        while (queue.length === 0 && !ended) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const event = queue.shift();
        return event === undefined || ended
          ? { done: true, value: undefined }
          : { done: false, value: event };
      },
      return: end,
      throw: end,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
