//! Faults on demand, so that tests and people can see how a client copes with them.
//!
//! A fault is written `kind[=value][:match][:count]`:
//!
//! | kind | what the next requests get |
//! |---|---|
//! | `throttle` | HTTP 429 with `Retry-After: 1` |
//! | `throttle=body` | HTTP 200 with `errorType` `ThrottlingException` |
//! | `status=503` | that status with an HTML page |
//! | `html` | an HTML page with status 200 |
//! | `invalid` | the document refused, as by a dashboard that lacks a model of it; nothing was done |
//! | `drop` | the connection closed; nothing was done |
//! | `lose-reply` | the connection closed *after* the request was carried out |
//! | `cut` | carried out; the answer stops in the middle |
//! | `null=FIELD` | carried out; `FIELD` is null wherever it occurs, whatever the schema promises |
//! | `reject=ID` | the item of that id fails with a resolver error, the rest of the document does not |
//! | `duplicate` | the first item of each list twice |
//! | `stale=N` | the items that the request creates are missing from the next `N` lists of their kind |
//! | `overtake` | somebody else updates the item of an update just before; only the time of the update tells |
//! | `overtake=FIELD` | the same, with another text in `FIELD` |
//! | `latency=MS` | that many milliseconds more; adds to other faults, and lasts unless a count is given |
//! | `pass` | nothing; takes a place in the script |
//! | `refuse=403` | the next *sockets* are refused with that status |
//! | `silent` | the next *sockets* are served, but neither signs of life nor events come |
//!
//! `match` limits a fault to requests whose operation name or document contains it. `count` is how many requests it
//! takes (1 if not given, `*` for all). Faults are a script: each request takes the first fault in order that matches
//! it and is not used up. Sockets take the last two kinds and no other. `throttle:3` throttles three requests;
//! `lose-reply:createScoreVersion:1` loses the answer to the next creation; `pass:2`, then `html`, spoils the third request.
//! Nothing is left to chance.

use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// HTTP 429 with `Retry-After`.
    Throttle,
    /// HTTP 200 with `errorType` `ThrottlingException`.
    ThrottleInBody,
    /// This HTTP status with an HTML body.
    Status(u16),
    /// HTTP 200 with an HTML body.
    Html,
    /// No effect: the document is refused as one that asks for what the schema does not have.
    Invalid,
    /// No effect, and the connection is closed.
    Drop,
    /// The effect happens, then the connection is closed.
    LoseReply,
    /// The effect happens; the answer's body stops in the middle.
    Cut,
    /// Every field of this name is null in the answer.
    Null(String),
    /// The item of this id cannot be read or written.
    Reject(String),
    /// The first item of each list is there twice.
    Duplicate,
    /// Items created are missing from this many following lists.
    Stale(u32),
    /// Somebody else updates the item of an update first; with this field, its text too.
    Overtake(Option<String>),
    /// The request takes this much longer.
    Latency(Duration),
    /// Nothing goes wrong.
    Pass,
    /// A socket is refused with this HTTP status.
    Refuse(u16),
    /// A socket is served, but no sign of life and no event comes.
    Silent,
}

impl FaultKind {
    fn concerns_sockets(&self) -> bool {
        matches!(self, Self::Refuse(_) | Self::Silent)
    }
}

/// One line of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptedFault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Only for requests whose operation name or document contains this.
    pub matching: Option<String>,
    /// For how many requests; none is all.
    pub count: Option<u32>,
}

/// A fault that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFault {
    /// The word before `=` or `:` is no kind of fault.
    #[error("there is no fault `{0}`")]
    Kind(String),
    /// The kind needs a value, or this one does not fit.
    #[error("the fault `{kind}` needs {wanted}")]
    Value {
        /// The kind as written.
        kind: String,
        /// What it needs, in words.
        wanted: &'static str,
    },
}

impl ScriptedFault {
    /// The fault for the next request only.
    pub fn once(kind: FaultKind) -> Self {
        Self { kind, matching: None, count: Some(1) }
    }

    /// The same fault for `count` requests.
    pub fn times(self, count: u32) -> Self {
        Self { count: Some(count), ..self }
    }

    /// The same fault for requests whose operation name or document contains `text`.
    pub fn matching(self, text: &str) -> Self {
        Self { matching: Some(text.to_owned()), ..self }
    }
}

impl FromStr for ScriptedFault {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let (head, tail) = text.split_once(':').map_or((text, None), |(head, tail)| (head, Some(tail)));
        let (kind, value) = head.split_once('=').map_or((head, None), |(kind, value)| (kind, Some(value)));
        let kind = parse_kind(kind, value)?;
        let lasting = matches!(kind, FaultKind::Latency(_));
        let (matching, count) = tail.map_or((None, None), parse_tail);
        Ok(Self { kind, matching, count: count.unwrap_or(if lasting { None } else { Some(1) }) })
    }
}

fn parse_kind(kind: &str, value: Option<&str>) -> Result<FaultKind, BadFault> {
    let bad = |wanted| BadFault::Value { kind: kind.to_owned(), wanted };
    let text = |wanted| value.filter(|value| !value.is_empty()).map(str::to_owned).ok_or_else(|| bad(wanted));
    let number = |wanted| value.and_then(|value| value.parse::<u32>().ok()).ok_or_else(|| bad(wanted));
    let status = |wanted| {
        let status = value.and_then(|value| value.parse().ok()).filter(|status| (100..600).contains(status));
        status.ok_or_else(|| bad(wanted))
    };
    Ok(match (kind, value) {
        ("throttle", Some("body")) => FaultKind::ThrottleInBody,
        ("status", _) => FaultKind::Status(status("an HTTP status, as in `status=503`")?),
        ("refuse", _) => FaultKind::Refuse(status("an HTTP status, as in `refuse=403`")?),
        ("null", _) => FaultKind::Null(text("a field's name, as in `null=configuration`")?),
        ("reject", _) => FaultKind::Reject(text("an id, as in `reject=ID`")?),
        ("stale", _) => FaultKind::Stale(number("a number of lists, as in `stale=2`")?),
        ("overtake", None) => FaultKind::Overtake(None),
        ("overtake", _) => FaultKind::Overtake(Some(text("a field's name, as in `overtake=configuration`")?)),
        ("latency", _) => FaultKind::Latency(Duration::from_millis(number("milliseconds, as in `latency=80`")?.into())),
        (_, Some(_)) => return Err(bad("no such value")),
        ("throttle", None) => FaultKind::Throttle,
        ("html", None) => FaultKind::Html,
        ("invalid", None) => FaultKind::Invalid,
        ("drop", None) => FaultKind::Drop,
        ("lose-reply", None) => FaultKind::LoseReply,
        ("cut", None) => FaultKind::Cut,
        ("duplicate", None) => FaultKind::Duplicate,
        ("pass", None) => FaultKind::Pass,
        ("silent", None) => FaultKind::Silent,
        _ => return Err(BadFault::Kind(kind.to_owned())),
    })
}

/// `match`, `count` or `match:count`; the count is `Some(None)` for `*`.
fn parse_tail(tail: &str) -> (Option<String>, Option<Option<u32>>) {
    let (matching, last) = tail.rsplit_once(':').map_or((None, tail), |(matching, last)| (Some(matching), last));
    let count = if last == "*" { Some(None) } else { last.parse().ok().map(Some) };
    let matching = if count.is_some() { matching } else { Some(tail) };
    (matching.filter(|text| !text.is_empty()).map(str::to_owned), count)
}

/// A script of faults, shared by HTTP and in-process callers. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<ScriptState>,
    /// How often all sockets were cut.
    cuts: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct ScriptState {
    script: Vec<ScriptedFault>,
    /// Items that lists must not show yet: model, id, and for how many more lists of that model.
    hidden: Vec<(String, String, u32)>,
}

/// The faults of one request.
#[derive(Debug, Default)]
pub(super) struct RequestFaults {
    pub latency: Duration,
    pub kind: Option<FaultKind>,
}

impl Faults {
    /// Adds a fault to the end of the script.
    pub fn add(&self, fault: ScriptedFault) {
        self.state().script.push(fault);
    }

    /// Forgets the script and everything hidden.
    pub fn clear(&self) {
        *self.state() = ScriptState::default();
    }

    /// Breaks all open sockets without closing them properly.
    pub fn cut_sockets(&self) {
        self.0.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// A counter that changes when sockets are to be cut.
    pub(super) fn cuts(&self) -> watch::Receiver<u64> {
        self.0.cuts.subscribe()
    }

    /// The fault that this new socket takes, used up by one.
    pub(super) fn take_socket(&self) -> Option<FaultKind> {
        let mut state = self.state();
        let fault = state.script.iter_mut().find(|fault| fault.kind.concerns_sockets())?;
        fault.count = fault.count.map(|count| count.saturating_sub(1));
        let kind = fault.kind.clone();
        state.script.retain(|fault| fault.count != Some(0));
        Some(kind)
    }

    /// The fault that this request takes, used up by one; latencies besides.
    pub(super) fn take(&self, operation: &str, document: &str) -> RequestFaults {
        let mut state = self.state();
        let mut taken = RequestFaults::default();
        for fault in &mut state.script {
            let matches = fault.matching.as_deref().is_none_or(|text| operation.contains(text) || document.contains(text));
            let latency = matches!(fault.kind, FaultKind::Latency(_));
            if !matches || fault.kind.concerns_sockets() || fault.count == Some(0) || (!latency && taken.kind.is_some()) {
                continue;
            }
            fault.count = fault.count.map(|count| count - 1);
            match &fault.kind {
                FaultKind::Latency(more) => taken.latency += *more,
                kind => taken.kind = Some(kind.clone()),
            }
        }
        state.script.retain(|fault| fault.count != Some(0));
        taken
    }

    /// Keeps a new item out of the next `lists` lists of its model.
    pub(super) fn hide(&self, model: &str, id: &str, lists: u32) {
        self.state().hidden.push((model.to_owned(), id.to_owned(), lists));
    }

    /// The ids that a list of `model` must not show; each call counts as one list.
    pub(super) fn hidden(&self, model: &str) -> Vec<String> {
        let mut state = self.state();
        let listed = state.hidden.iter_mut().filter(|(of, _, lists)| of == model && *lists > 0);
        let ids = listed.map(|(_, id, lists)| {
            *lists -= 1;
            id.clone()
        });
        let ids = ids.collect();
        state.hidden.retain(|(_, _, lists)| *lists > 0);
        ids
    }

    fn state(&self) -> MutexGuard<'_, ScriptState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
