/*
  What a backup holds beside the databases, in the order it is copied. Of Kafka nothing: what it still has to be told stands in the ledger.
*/

/** Under HUB_DATA_DIR. Before the databases: keys, and the anchors of the audit, none of which may be younger than the rows it vouches for. */
export const BEFORE = ['secrets', 'hub.json', 'audit-anchors.jsonl']

/** After them: what the sandbox's stand-ins have taken. A mail sent meanwhile is known by its Message-ID and not kept twice. */
export const AFTER = ['mail', 'partners']

/** The tar of the cluster with both databases, ledger and store. */
export const CLUSTER = 'postgres.tar.gz'
