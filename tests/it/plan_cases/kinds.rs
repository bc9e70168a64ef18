//! What is planned for a data source is what is planned for code that says the same; a report configuration is pulled alike, and
//! pushed only together with its promotion.

use super::build::{PULL, PUSH, plan};
use super::{describe, law};
use scoresync::model::{Content, DocKind, LocalDoc, RemoteScore, ScorePaths, ScoreSides, Snapshot, SyncKind, outgoing};
use scoresync::plan::{ConflictKind, Mode, Note, Operation, Standing, Step};

/// A push of what is to run at once.
const PROMOTE: Mode = Mode::Push { reformat: false, promote: true };

/// The same sides of a standalone document; its text is what the code is.
fn as_kind(sides: &ScoreSides, kind: SyncKind) -> ScoreSides {
    let content = |content: &Content| match &content.text {
        Some(text) => Content::of(kind.main_document(), text.shared().clone()),
        None => Content { kind: kind.main_document(), ..content.clone() },
    };
    let docs = |docs: &Snapshot| Snapshot { code: content(&docs.code), guidelines: None };
    let paths = |paths: &ScorePaths| {
        let stem = paths.code.file_name().trim_end_matches(".yaml");
        let folder = kind.folder().expect("a standalone kind");
        ScorePaths::parse(&format!("{folder}/{stem}{}", kind.ending()), "").expect("a safe path")
    };
    let mut sides = sides.clone();
    sides.paths = paths(&sides.paths);
    sides.local.found_at = sides.local.found_at.as_ref().map(paths);
    sides.local.guidelines = LocalDoc::Absent;
    if let LocalDoc::Present(file) = &mut sides.local.code {
        file.content = content(&file.content);
    }
    sides.local.past = sides.local.past.iter().map(docs).collect();
    if let Some(synced) = &mut sides.synced {
        (synced.docs, synced.paths) = (docs(&synced.docs), paths(&synced.paths));
        synced.champion_docs = synced.champion_docs.as_ref().map(docs);
    }
    if let RemoteScore::Champion(champion, _) = &mut sides.remote {
        champion.docs = champion.docs.as_ref().map(docs);
    }
    if let RemoteScore::Champion(_, known) | RemoteScore::Unchampioned(known) = &mut sides.remote {
        known.iter_mut().for_each(|known| known.docs = known.docs.as_ref().map(docs));
    }
    sides
}

/// The plan in words, with the words of code for a standalone document.
fn told(sides: &ScoreSides, mode: Mode) -> String {
    let plan = plan(sides, mode);
    format!("{} | {}", describe::standing(&plan.standing), describe::step(&plan)).replace("data source", "code")
}

#[test]
fn a_data_source_is_planned_as_code_is() {
    let mut tried = 0;
    super::cases::each_read_case(|name, sides| {
        let code = without_guidelines(sides);
        // A stamp of another tool is no part of code; other tools stamp no data sources.
        if has_stamps(&code) {
            return;
        }
        let source = as_kind(&code, SyncKind::DataSource);
        for mode in [PULL, PUSH, PROMOTE] {
            assert_eq!(told(&source, mode), told(&code, mode), "{name} {mode:?}");
        }
        law::holds(&source, name);
        tried += 1;
    });
    assert!(tried > 40, "{tried} tried");
}

#[test]
fn a_report_configuration_waits_for_its_promotion() {
    let mut waited = 0;
    super::cases::each_read_case(|name, sides| {
        let report = as_kind(&without_guidelines(sides), SyncKind::ReportConfiguration);
        law::holds(&report, name);
        let (waits, runs) = (plan(&report, PUSH), plan(&report, PROMOTE));
        assert!(!matches!(waits.step, Step::Do(Operation::Create { .. })), "{name}: nothing runs unasked");
        if let Step::Do(Operation::Create { version, base, .. }) = &runs.step {
            assert_eq!(base.champion.as_ref(), Some(&version.id), "{name}: it is champion at once");
            assert!(waits.notes.contains(&Note::HasNoDrafts) && !runs.notes.contains(&Note::HasNoDrafts), "{name}");
            assert!(matches!(waits.standing, Standing::Modified(_) | Standing::New | Standing::Adopted { .. }), "{name}");
            waited += 1;
        }
    });
    assert!(waited > 3, "{waited} waited");
}

/// An old text that comes back from Plexus is never taken by itself, whether it was edited here or not.
#[test]
fn an_older_text_is_a_persons_decision() {
    super::cases::each_read_case(|name, sides| {
        let mut sides = as_kind(&without_guidelines(sides), SyncKind::DataSource);
        let before = plan(&sides, PULL);
        if let RemoteScore::Champion(champion, _) = &mut sides.remote {
            champion.is_older = true;
        }
        let after = plan(&sides, PULL);
        let moved = matches!(before.standing, Standing::Behind(_) | Standing::Diverged { .. });
        assert_eq!(before.standing, after.standing, "{name}");
        let is_asked = matches!(&after.step, Step::Conflict(conflict) if conflict.kind == ConflictKind::OlderText);
        assert!(is_asked || before.step == after.step, "{name}: {}", describe::step(&after));
        assert!(is_asked || !moved, "{name}: {}", describe::step(&after));
        assert!(!is_asked || !matches!(before.step, Step::Nothing | Step::Refuse(_)), "{name}");
    });
}

fn has_stamps(sides: &ScoreSides) -> bool {
    let synced = sides.synced.iter().flat_map(|synced| std::iter::once(&synced.docs).chain(&synced.champion_docs));
    let remote = match &sides.remote {
        RemoteScore::Champion(champion, known) => (champion.docs.as_ref(), known.as_slice()),
        RemoteScore::Unchampioned(known) => (None, known.as_slice()),
        RemoteScore::Gone | RemoteScore::Broken(_) => (None, [].as_slice()),
    };
    let remote = remote.0.into_iter().chain(remote.1.iter().filter_map(|known| known.docs.as_ref()));
    let docs = synced.chain(remote).chain(&sides.local.past).map(|docs| &docs.code);
    let all = docs.chain(sides.local.code.file().map(|file| &file.content));
    let is_stamped = |text: &str| outgoing(DocKind::Code, text) != outgoing(DocKind::DataSource, text);
    all.filter_map(|content| content.text.as_deref()).any(is_stamped)
}

fn without_guidelines(sides: &ScoreSides) -> ScoreSides {
    let mut sides = sides.clone();
    let strip = |docs: &mut Snapshot| docs.guidelines = None;
    sides.local.guidelines = LocalDoc::Absent;
    sides.local.past.iter_mut().for_each(strip);
    sides.paths.guidelines = None;
    sides.local.found_at.iter_mut().for_each(|at| at.guidelines = None);
    if let Some(synced) = &mut sides.synced {
        strip(&mut synced.docs);
        synced.paths.guidelines = None;
        synced.champion_docs.iter_mut().for_each(strip);
    }
    if let RemoteScore::Champion(champion, _) = &mut sides.remote {
        champion.docs.iter_mut().for_each(strip);
    }
    if let RemoteScore::Champion(_, known) | RemoteScore::Unchampioned(known) = &mut sides.remote {
        known.iter_mut().for_each(|known| known.docs.iter_mut().for_each(strip));
    }
    sides
}
