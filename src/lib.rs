//! scoresync keeps a folder of Plexus score configurations (`scorecards/<Scorecard>/<Score>.yaml` and
//! `guidelines/<Score>.md`) and the Plexus dashboard in step, in both directions, and never loses an edit.
//!
//! # One pipeline
//!
//! ```text
//! argv → cli::command → settings
//!  observe   workspace::scan → Local   remote::catalog, versions → Remote   state::load → Synced     engine::observe
//!  plan      reconcile(&Trees, Mode) → Plan                 guard(&Trees) → Option<Guard>             plan (pure)
//!  execute   write intents → write files | create versions, each with its precondition                engine::execute
//!  record    Synced is folded from what really happened, and committed before any error is reported   plan::fold, state
//!  report    one value → text | JSON | exit code                                                      engine::report, cli
//! ```
//!
//! `status`, `diff`, `pull`, `push`, `sync` and `resolve` are this one pipeline, stopped early or run with another mode.
//!
//! # Rooms
//!
//! | room | what lives there | may import |
//! |---|---|---|
//! | [`model`] | pure values: ids, safe names and paths, documents and their canonical form, the three trees | – |
//! | [`plan`] | pure decisions: the truth table, three-way merge, guards, folding outcomes back | model |
//! | [`check`] | pure validation of a document: syntax, classes, guards of promotion | model |
//! | [`workspace`] | the working files: scan, stat cache, safe paths, atomic writes | model |
//! | [`state`] | what this workspace remembers: Synced, intents, replaced bytes; SQLite | model |
//! | [`remote`] | the dashboard: trait `Remote`, the GraphQL client, retry, realtime, `Transport` | model |
//! | [`git`] | what git knows: staged blobs, commits of exact paths, hooks | model, whole_file |
//! | [`watch`] | file events: sources, debounce | model |
//! | [`engine`] | joins the plan to the ports; sessions, verbs, crash protocols, reports | model, plan, check, workspace, state, remote, git, watch |
//! | `whole_file` | small files that are written whole: settings, hooks | – |
//! | `schema` | the schema of the dashboard's API | – |
//! | `registry` | the embedded Plexus-compatible server | model, schema |
//! | [`settings`] | where each value comes from; the only reader of the environment | model, plan, check |
//! | [`cli`] | arguments, commands, words, exit codes, the terminal | model, plan, check, workspace, state, remote, git, watch, registry, settings, engine, whole_file |
//!
//! `clippy.toml` and `tests/it/architecture` hold these rules. `registry` is there with the feature `embedded`.
//! Inside `engine` a floor imports only what lies below it: values, `observe`, `planned`, `execute`, `verbs`, `follow`.
//!
//! # Invariants
//!
//! 1. No byte that a person wrote is lost: it is kept in the state before it is replaced, and replaced only if the file
//!    still is what was planned on.
//! 2. The only changes of the dashboard are new versions, leased promotions, and the champion history they write; only
//!    where a person asks with `new`, a new score; and, only where the settings ask for it, a task that shows a long run and
//!    is never for the server to carry out. Nothing is ever renamed or deleted there.
//! 3. A version's id is made from its content and parent, a new score's from its scorecard and external id, so retries, crashes and second checkouts make one version.
//! 4. After a crash at any step the next run converges, with no flag and no question.
//!
//! # Where to start reading
//!
//! `ARCHITECTURE.md` follows three values through the code. Then [`plan`] for what is decided (its module doc is the truth
//! table), `engine/verbs/pull.rs` for how a run goes, and `engine/execute/replace.rs` and `versions.rs` for the crash protocols.

#![deny(missing_docs)]

pub mod check;
pub mod cli;
pub mod engine;
pub mod git;
pub mod model;
pub mod plan;
#[cfg(feature = "embedded")]
pub mod registry;
pub mod remote;
#[cfg(any(feature = "embedded", test))]
mod schema;
pub mod settings;
pub mod state;
pub mod watch;
mod whole_file;
pub mod workspace;
