// The log of what happened to each resource, by which repeated events are recognised and histories are read.

/** An entry of the journal. */
export interface Entry {
  /** Identifies it among the entries of its subject, if it can be appended twice. */
  id?: string;
  /** When it happened, RFC 3339 in UTC. */
  time: string;
  /** The id of the action, or PayPal's event type. */
  event: string;
  /** PayPal's status afterwards, such as `COMPLETED`. */
  status?: string;
  /** Further details, as a JSON object in text. */
  details: string;
}

/**
 * A tenant's journal. For money, give one that lasts: `MemoryJournal` forgets which events were handed on when the process
 * ends, and is not shared by processes.
 */
export interface Journal {
  /**
   * Appends an entry, and returns true once it is stored. If the subject has an entry with the same id, it appends nothing
   * and returns false; of two concurrent calls with one id, one gets true. The order of the calls is kept.
   *
   * In SQL: `INSERT ... ON CONFLICT (tenant, subject, id) DO NOTHING`. A rejection means that it could not be stored; its
   * message can come into a failure, so it must have no secret in it.
   */
  append(subject: string, entry: Entry): boolean | Promise<boolean>;
  /** Returns the entries of a subject, the oldest first. */
  entries(subject: string): readonly Entry[] | Promise<readonly Entry[]>;
}

/** A journal in this process's memory, for tests and first steps. It grows without limit. */
export class MemoryJournal implements Journal {
  #entries = new Map<string, {all: Entry[]; ids: Set<string>}>();

  append(subject: string, entry: Entry): boolean {
    let log = this.#entries.get(subject);
    if (!log) this.#entries.set(subject, (log = {all: [], ids: new Set()}));
    if (entry.id !== undefined) {
      if (log.ids.has(entry.id)) return false;
      log.ids.add(entry.id);
    }
    log.all.push({...entry});
    return true;
  }

  entries(subject: string): readonly Entry[] {
    return this.#entries.get(subject)?.all.map((entry) => ({...entry})) ?? [];
  }
}
