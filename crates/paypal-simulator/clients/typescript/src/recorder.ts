// What the SDK's methods did, and what a case may expect of them.
import assert from "node:assert/strict";
import {ApiError, type ApiResponse} from "@paypal/paypal-server-sdk";

/** One answer to a method: the request as it was sent, and the status, with the issue or the name of a refusal. */
type Outcome = {method: string; request: string; result: string};

export class Recorder {
  readonly outcomes: Outcome[] = [];
  readonly problems: string[] = [];

  /** Returns a controller whose calls are recorded. */
  wrap<Controller extends object>(controller: Controller): Controller {
    const add = (name: string, sent: {method: string; url: string}, result: string) => {
      const method = `${controller.constructor.name}.${name}`;
      this.outcomes.push({method, request: `${sent.method} ${new URL(sent.url).pathname}`, result});
    };
    return new Proxy(controller, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          try {
            const response = (await member.apply(target, args)) as ApiResponse<unknown>;
            add(String(name), response.request, String(response.statusCode));
            return response;
          } catch (error) {
            if (error instanceof ApiError) add(String(name), error.request, `${error.statusCode} ${reason(error)}`);
            throw error;
          }
        };
      },
    });
  }

  /** Runs a case. If it fails, that is a problem, and the next one runs all the same. */
  async case(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.problems.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
}

type Document = {name?: string; error?: string; debug_id?: string; details?: {issue?: string; field?: string}[]};

/** The error's document. The SDK parses it only for the statuses that it lists for a method; otherwise it leaves the text. */
function documentOf(error: ApiError<unknown>): Document {
  return (error.result ?? JSON.parse(String(error.body) || "{}")) as Document;
}

/** The code that a program can act on: the issue, the name of the error, or OAuth's. */
function reason(error: ApiError<unknown>): string {
  const document = documentOf(error);
  const issue = document.details?.[0]?.issue;
  return issue && /^[A-Z0-9_]+$/.test(issue) ? issue : (document.name ?? document.error ?? "");
}

/** Expects success with a status. Returns the document as the SDK has parsed it. */
export async function answered<T>(status: number, response: Promise<ApiResponse<T>>): Promise<T> {
  const {statusCode, result} = await response.catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    throw new Error(`${error.statusCode}: ${String(error.body)}`, {cause: error});
  });
  assert.equal(statusCode, status);
  return result;
}

/** Expects that PayPal refuses, and that the SDK makes its own error of it, with a debug id and with the field at fault. */
export async function refused(
  kind: abstract new (...args: never[]) => ApiError<unknown>,
  expected: string,
  response: Promise<ApiResponse<unknown>>,
  field?: string,
): Promise<void> {
  const error: unknown = await response.then(
    () => assert.fail(`nothing was refused with ${expected}`),
    (error: unknown) => error,
  );
  if (!(error instanceof ApiError)) throw error;
  assert.equal(`${error.statusCode} ${reason(error)}`, expected, String(error.body));
  assert.ok(error instanceof kind, `the error is a ${error.constructor.name}`);
  const document = documentOf(error);
  // Some documents have no debug id, and the header has it all the same.
  const debugId = error.headers["paypal-debug-id"];
  assert.ok(debugId);
  assert.equal(document.debug_id ?? debugId, debugId);
  if (field !== undefined) assert.equal(document.details?.[0]?.field, field, String(error.body));
}
