//! What this workspace remembers: the Synced tree with its documents, intents, replaced bytes, the stat cache. SQLite.
