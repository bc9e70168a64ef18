//! Plans in a few words, for tables and cases.

use scoresync::model::{BrokenScore, Changes, DocKind, VersionId};
use scoresync::plan::{ConflictKind, Found, NewBase, Operation, Refusal, ScorePlan, ScoreProblem, Standing, Step};

/// The standing, as `modified code`.
pub fn standing(standing: &Standing) -> String {
    match standing {
        Standing::Modified(changes) => format!("modified {}", changed(*changes)),
        Standing::Behind(changes) => format!("behind {}", changed(*changes)),
        Standing::Diverged { local, remote } => format!("diverged {}/{}", changed(*local), changed(*remote)),
        Standing::GoneRemotely { clean } => format!("gone remotely, {}", if *clean { "clean" } else { "edited" }),
        Standing::Adopted { current } => format!("adopted, {}", if *current { "current" } else { "not current" }),
        Standing::DeletedLocally => "deleted locally".to_owned(),
        Standing::NotPulled => "not pulled".to_owned(),
        Standing::UnknownBase => "unknown base".to_owned(),
        Standing::Clean
        | Standing::Reformatted
        | Standing::Ahead
        | Standing::Converged
        | Standing::Empty
        | Standing::New
        | Standing::Broken => format!("{standing:?}").to_lowercase(),
    }
}

/// The step, as `write code; base v2`. Versions that we make are called `new`.
pub fn step(plan: &ScorePlan) -> String {
    let moves = if plan.moves.is_empty() { "" } else { "move; " };
    moves.to_owned()
        + &match &plan.step {
            Step::Nothing => "nothing".to_owned(),
            Step::Do(operation) => self::operation(operation),
            Step::Conflict(conflict) => {
                let kind = match conflict.kind {
                    ConflictKind::Lines => "lines".to_owned(),
                    ConflictKind::Parts => "parts".to_owned(),
                    ConflictKind::Yaml { line, column } => format!("yaml {line}:{column}"),
                    ConflictKind::UnknownBase => "unknown base".to_owned(),
                    ConflictKind::OlderText => "older text".to_owned(),
                };
                let base = conflict.base.as_ref().map(|(id, _)| format!(", base {id}")).unwrap_or_default();
                format!("conflict {kind}: {}{base}, theirs {}", kinds(&conflict.docs), conflict.theirs.0)
            }
            Step::Refuse(Refusal::Stale { champion }) => format!("refuse: stale, champion {champion}"),
            Step::Refuse(Refusal::UnknownBase) => "refuse: unknown base".to_owned(),
            Step::Refuse(Refusal::GoneRemotely) => "refuse: gone remotely".to_owned(),
            Step::Refuse(Refusal::Fault(fault)) => format!("refuse: {fault}"),
            Step::Refuse(Refusal::TooLarge { .. }) => "refuse: too large".to_owned(),
            Step::Problem(why) => format!("problem: {}", problem(why)),
        }
}

fn problem(problem: &ScoreProblem) -> String {
    match problem {
        ScoreProblem::File(file) => file.reason.clone(),
        ScoreProblem::Remote(BrokenScore::Unlisted(why)) => why.clone(),
        ScoreProblem::UnreadText(kind) => format!("the text of its {kind} was not read"),
        other => format!("{other:?}"),
    }
}

/// The version that files turned out to be, as `v1, 2 behind` or `v3, 1 ahead`.
pub fn found(found: Option<&Found>) -> String {
    found.map_or_else(String::new, |found| {
        let behind = found.behind.map(|behind| format!(", {behind} behind")).unwrap_or_default();
        let ahead = found.ahead.filter(|ahead| *ahead > 0).map(|ahead| format!(", {ahead} ahead")).unwrap_or_default();
        format!("{}{behind}{ahead}", found.version)
    })
}

fn operation(operation: &Operation) -> String {
    match operation {
        Operation::Record(base) => format!("record; {}", self::base(base)),
        Operation::Write { files, base, merged } => {
            let written: Vec<DocKind> = files.iter().map(|file| file.kind).collect();
            format!("write {}{}; {}", if *merged { "merged " } else { "" }, kinds(&written), self::base(base))
        }
        Operation::Create { version, changes, base } => {
            let parent = version.parent.as_ref().map_or("none", VersionId::as_str);
            let sent = version.guidelines.as_ref().map_or("null".to_owned(), |text| format!("{text:?}"));
            format!("create {} with guidelines {sent}, parent {parent}; {}", changed(*changes), self::base(base))
        }
        Operation::Reuse { base, changes } => format!("reuse {}; {}", changed(*changes), self::base(base)),
        Operation::Remove(removals) => format!("remove {} files", removals.len()),
    }
}

fn base(base: &NewBase) -> String {
    let name = |id: &VersionId| if id.on_the_wire().len() == 36 { "new".to_owned() } else { id.to_string() };
    match &base.champion {
        Some(champion) if *champion == base.version => format!("base {}", name(&base.version)),
        Some(champion) => format!("base {}, champion {champion}", name(&base.version)),
        None => format!("base {}, no champion", name(&base.version)),
    }
}

fn changed(changes: Changes) -> &'static str {
    match (changes.code, changes.guidelines) {
        (true, true) => "both",
        (true, false) => "code",
        (false, true) => "guidelines",
        (false, false) => "nothing",
    }
}

fn kinds(kinds: &[DocKind]) -> String {
    kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join("+")
}
