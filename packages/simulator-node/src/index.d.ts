export interface Options {
  /** The port on 127.0.0.1; 0, which is the default, picks a free one. */
  port?: number;
  /** Ids, keys and credentials follow from it: the same requests get the same answers. 1 if left out. */
  seed?: number;
  /** A file that keeps everything over restarts; in memory if left out. */
  store?: string;
  /** More options of the program, such as `["--paypal-links"]`. */
  args?: string[];
}

/** A running simulator, with nothing in it. */
export declare class PayPal {
  private constructor();
  /** In place of `https://api-m.sandbox.paypal.com`, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly clientId: string;
  /** It follows from the seed and protects nothing. */
  readonly clientSecret: string;

  /** Approves an order as a payer does: the first one, or the one with this e-mail address or id. */
  approveOrder(id: string, options?: {payer?: string}): Promise<void>;

  /**
   * Brings about an event by the whole flow that leads to it, such as `PAYMENT.CAPTURE.DENIED`. `set` changes the body of the first
   * request: `{"purchase_units[0].amount.value": "12.00"}`.
   */
  trigger(eventType: string, set?: Record<string, unknown>): Promise<Triggered>;

  /** Moves the clock forward, and carries out what becomes due on the way, such as the payments of subscriptions. */
  advance(time: {days?: number; hours?: number; minutes?: number; seconds?: number}): Promise<void>;

  /**
   * Does anything else of `/simulator/`, such as `control("captures/pending", {reason: "ECHECK"})`; returns the answer, if there is
   * one. Rejects if it is refused.
   */
  control(path: string, body?: Record<string, unknown>): Promise<unknown>;

  /** Ends the program. What is not in a store is gone. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Triggered {
  event_type: string;
  /** The events that have happened, in their order. */
  events: {id: string; event_type: string}[];
  /** The ids of what was made, such as `order` and `capture`. */
  resources: Record<string, string>;
}

/** Starts the simulator. Rejects if it does not start, with what it has said. */
export declare function startPayPal(options?: Options): Promise<PayPal>;
