export {PayPal, pages, type CallOptions, type PayPalOptions} from "./paypal.js";
export type {Delegation} from "./delegation.js";
export type {Environment} from "./route.js";
export {clientCredentials, staticToken, TokenError, type AccessToken, type TokenRequest, type TokenSource} from "./tokens.js";
export {MemoryJournal, type Entry, type Journal} from "./journal.js";
export {money, type MoneyValue} from "./money.js";
export type {Choices, ConnectionReport, Denied, Failure, FailureKind, Issue, NotDone, Operation, Outcome, OutcomeUnknown, Reply, Trigger, Wanted} from "./outcome.js";
export type * from "./generated/actions.js";
