//! The embedded Plexus-compatible server: GraphQL over SQLite. Knows nothing of the client.
