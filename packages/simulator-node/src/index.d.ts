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

/**
 * A running simulator. It begins with one merchant, who has 100,000.00 USD, and one payer; with a `store`, with all that was in the
 * file.
 */
export declare class PayPal {
  private constructor();
  /** In place of `https://api-m.sandbox.paypal.com`, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly clientId: string;
  /** It follows from the seed and protects nothing. */
  readonly clientSecret: string;

  /**
   * Approves an order as a payer does: the first one, or the one with this e-mail address or id. Rejects if the order does not wait for
   * its payer, as one that is approved already.
   */
  approveOrder(id: string, options?: {payer?: string}): Promise<void>;

  /**
   * Brings about an event by the whole flow that leads to it, such as `PAYMENT.CAPTURE.DENIED`. `set` changes the body of the first
   * request: `{"purchase_units[0].amount.value": "12.00"}`.
   */
  trigger(eventType: string, set?: Record<string, unknown>): Promise<Triggered>;

  /**
   * Moves the clock forward, and carries out what becomes due on the way, such as the payments of subscriptions. Returns the time, and
   * how many access tokens have expired: they last nine hours.
   */
  advance(time: {days?: number; hours?: number; minutes?: number; seconds?: number}): Promise<Advanced>;

  /**
   * Does anything else of `/simulator/`, such as `control("captures/pending", {reason: "ECHECK"})`; returns the answer, if there is
   * one. Rejects with a `ControlError` if it is refused: 409 if the state of the resource does not allow it.
   */
  control(path: string, body?: Record<string, unknown>): Promise<unknown>;

  /** Ends the program. What is not in a store is gone. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The simulator has refused what a payer or a test does. */
export declare class ControlError extends Error {
  constructor(path: string, status: number, text: string);
  readonly status: number;
  /** The answer, as JSON, with `state` and `needed` if the status is 409. */
  readonly text: string;
}

export interface Advanced {
  /** The time in the simulator, such as `2026-03-02T10:00:00Z`. */
  time: string;
  expired_tokens: number;
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
