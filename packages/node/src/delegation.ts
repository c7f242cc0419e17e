// On whose behalf a connection acts.

/** A partner's app that acts for a seller who has allowed it. Neither id is a secret. */
export interface Delegation {
  /** The client id of the app, for which the tokens are. */
  clientId: string;
  /** The seller's merchant id. */
  accountId: string;
}
