//! `fixtures/plans/*.yaml`: one file per subject, each a set of versions and cases that play with them.

use super::build::{PULL, PUSH, REFORMAT, carried_out, doc, docs, files, paths, plan, text};
use super::{describe, law};
use scoresync::model::{
    BrokenFile, BrokenScore, Champion, DocKind, Fault, Known, LocalDoc, LocalScore, MAX_PAIR_BYTES, RemoteScore, ScoreSides,
    Snapshot, SyncedScore, VersionId, version_stamp,
};
use scoresync::plan::{Conflict, Mode, Refusal, Standing, Step};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    versions: BTreeMap<String, Version>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    code: String,
    guidelines: Option<String>,
    parent: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The state; none without.
    synced: Option<Synced>,
    /// The champion now: a version, or `gone`, `none` or `broken`.
    champion: String,
    /// Versions that were read, newest first.
    #[serde(default)]
    known: Vec<String>,
    #[serde(default)]
    local: Local,
    /// No texts were read, only digests.
    #[serde(default)]
    unread: bool,
    #[serde(default)]
    prune: bool,
    standing: String,
    pull: String,
    push: String,
    /// A push with reformat, where it is another one.
    reformat: Option<String>,
    #[serde(default)]
    notes: Vec<String>,
    /// The version that the files turn out to be, where that is of interest.
    found: Option<String>,
    /// What the files say after the pull, where that is of interest.
    code_after: Option<String>,
    guidelines_after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Synced {
    base: String,
    /// The champion last seen; the base if none is given, and none if it is `none`.
    champion: Option<String>,
    /// The score's name then, if it has another one now.
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Local {
    code: Option<String>,
    guidelines: Option<String>,
    /// Why a guidelines file is there but cannot be read.
    broken_guidelines: Option<String>,
    /// The name under which the files still are.
    found_as: Option<String>,
    fault: Option<String>,
    /// The versions that the files were in earlier commits, newest first.
    #[serde(default)]
    past: Vec<String>,
    /// Git has the files exactly so.
    #[serde(default)]
    from_git: bool,
}

impl Group {
    fn docs(&self, version: &str) -> Snapshot {
        let Version { code, guidelines, .. } = &self.versions[version];
        docs(code, guidelines.as_deref())
    }

    fn known(&self, version: &String) -> Known {
        let parent = VersionId::parent(self.versions[version].parent.clone());
        Known { id: version.as_str().into(), parent, docs: Some(self.docs(version)) }
    }

    fn sides(&self, case: &Case) -> ScoreSides {
        let synced = case.synced.as_ref().map(|synced| {
            let champion = synced.champion.as_ref().unwrap_or(&synced.base);
            let seen = Some(champion).filter(|id| *id != "none");
            SyncedScore {
                base: synced.base.as_str().into(),
                docs: self.docs(&synced.base),
                champion: seen.map(|id| id.as_str().into()),
                champion_docs: seen.filter(|id| **id != synced.base).map(|id| self.docs(id)),
                paths: paths(synced.name.as_deref().unwrap_or("Tone")),
                local: None,
            }
        });
        let known = || case.known.iter().map(|version| self.known(version)).collect();
        let remote = match case.champion.as_str() {
            "gone" => RemoteScore::Gone,
            "broken" => RemoteScore::Broken(BrokenScore::Unlisted("no such version".to_owned())),
            "none" => RemoteScore::Unchampioned(known()),
            id => {
                let unread = synced.as_ref().is_some_and(|synced| synced.docs_of(&id.into()).is_some());
                let docs = (!unread).then(|| self.docs(id));
                RemoteScore::Champion(Champion::new(id.into(), docs), known())
            }
        };
        let past = case.local.past.iter().map(|version| self.docs(version)).collect();
        let local = LocalScore { past, ..local(&case.local) };
        let mut sides = ScoreSides { paths: paths("Tone"), local, remote, synced };
        if case.unread {
            forget_texts(&mut sides);
        }
        sides
    }
}

/// From `line:column: what`.
fn fault(text: &str) -> Fault {
    let mut parts = text.splitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.trim().parse().ok()).expect("a number");
    let (line, column) = (number(), number());
    Fault::new(DocKind::Code, line, column, parts.next().expect("what is wrong").trim().to_owned())
}

fn local(local: &Local) -> LocalScore {
    let stamp = local.code.as_deref().and_then(version_stamp).map(VersionId::from);
    let mut score = files(local.code.as_deref(), local.guidelines.as_deref());
    if let Some(why) = &local.broken_guidelines {
        score.guidelines =
            LocalDoc::Broken(BrokenFile { path: "Card/guidelines/Tone.md".into(), place: None, reason: why.clone() });
    }
    LocalScore {
        stamp,
        fault: local.fault.as_deref().map(fault),
        found_at: local.found_as.as_deref().map(paths),
        from_git: local.from_git,
        ..score
    }
}

fn forget_texts(sides: &mut ScoreSides) {
    let forget = |docs: &mut Snapshot| {
        docs.code.text = None;
        docs.guidelines.iter_mut().for_each(|content| content.text = None);
    };
    for doc in [&mut sides.local.code, &mut sides.local.guidelines] {
        if let LocalDoc::Present(file) = doc {
            file.content.text = None;
        }
    }
    if let Some(synced) = &mut sides.synced {
        forget(&mut synced.docs);
        synced.champion_docs.as_mut().map(forget);
    }
}

fn each_case(mut check: impl FnMut(&Group, &Case)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the fixtures are there").map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    for path in paths {
        let yaml = std::fs::read_to_string(&path).expect("readable");
        let group: Group = serde_yaml::from_str(&yaml).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        group.cases.iter().for_each(|case| check(&group, case));
    }
}

/// The sides of every case whose texts were read.
pub fn each_read_case(mut check: impl FnMut(&str, &ScoreSides)) {
    each_case(|group, case| {
        if !case.unread {
            check(&case.name, &group.sides(case));
        }
    });
}

#[test]
fn each_case_has_its_plan() {
    let mut wrong = Vec::new();
    let mut cases = 0;
    each_case(|group, case| {
        cases += 1;
        let sides = group.sides(case);
        let pull = plan(&sides, Mode::Pull { prune: case.prune });
        let push = plan(&sides, PUSH);
        let notes: Vec<String> = pull.notes.iter().map(|note| format!("{note:?}")).collect();
        let mut compare = |what: &str, expected: &str, found: &str| {
            if expected != found {
                wrong.push(format!("{}\n  {what} expected: {expected}\n  {what} planned:  {found}", case.name));
            }
        };
        compare("standing", &case.standing, &describe::standing(&pull.standing));
        compare("pull", &case.pull, &describe::step(&pull));
        compare("push", &case.push, &describe::step(&push));
        compare("reformat", case.reformat.as_ref().unwrap_or(&case.push), &describe::step(&plan(&sides, REFORMAT)));
        compare("notes", &case.notes.join(" "), &notes.join(" "));
        if let Some(found) = &case.found {
            compare("version", found, &describe::found(pull.found.as_ref()));
        }
        let after = carried_out(&sides, &pull).local;
        for (expected, doc) in [(&case.code_after, &after.code), (&case.guidelines_after, &after.guidelines)] {
            if let Some(expected) = expected {
                compare("files", &format!("{expected:?}"), &format!("{:?}", text(doc).unwrap_or("no file")));
            }
        }
        if !case.unread {
            law::holds(&sides, &case.name);
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases > 40, "{cases} cases");
}

#[test]
fn both_documents_together_may_be_as_large_as_a_version_and_no_larger() {
    for guidelines in [None, Some("G\n")] {
        for more in [0, 1] {
            let bytes = MAX_PAIR_BYTES - guidelines.map_or(0, str::len) + more;
            let code = format!("a: {}\n", "1".repeat(bytes - 4));
            let local = files(Some(&code), guidelines);
            let sides = ScoreSides { paths: paths("Tone"), local, remote: RemoteScore::Unchampioned(Vec::new()), synced: None };
            let step = plan(&sides, PUSH).step;
            match more {
                0 => assert!(matches!(step, Step::Do(_)), "{guidelines:?}: {step:?}"),
                _ => assert!(matches!(step, Step::Refuse(Refusal::TooLarge { bytes, .. }) if bytes == MAX_PAIR_BYTES + 1)),
            }
        }
    }
}

/// With the files and the champion changing places, a merge comes to the same end.
#[test]
fn merges_are_mirrored() {
    let mut mirrored = 0;
    each_case(|group, case| {
        let sides = group.sides(case);
        let Some((from, to)) = Some(&sides).filter(|sides| is_diverged(sides)).and_then(mirror) else { return };
        mirrored += 1;
        let (here, there) = (outcome(&from), outcome(&to));
        // One code that is written in two ways is taken as the champion writes it.
        let is_same =
            here == there || here.as_ref().is_ok_and(|here| there.as_ref().is_ok_and(|there| here.says_the_same(there)));
        assert!(is_same, "{}: {here:?} and {there:?}", case.name);
    });
    assert!(mirrored > 8, "{mirrored} mirrored");
}

/// The score, and the score with its sides swapped; only where both sides have both documents and a common base.
fn mirror(sides: &ScoreSides) -> Option<(ScoreSides, ScoreSides)> {
    let RemoteScore::Champion(champion, _) = &sides.remote else { return None };
    let theirs = champion.docs.as_ref()?;
    let synced = sides.synced.as_ref().filter(|synced| synced.champion_docs.is_none())?;
    let ours = docs(text(&sides.local.code)?, Some(text(&sides.local.guidelines)?));
    let code = doc(DocKind::Code, theirs.code.text.as_deref());
    let guidelines = doc(DocKind::Guidelines, theirs.guidelines.as_ref()?.text.as_deref());
    synced.docs.guidelines.as_ref()?;
    let remote = RemoteScore::Champion(Champion::new(champion.id.clone(), Some(ours)), Vec::new());
    Some((sides.clone(), ScoreSides { local: LocalScore { code, guidelines, ..LocalScore::default() }, remote, ..sides.clone() }))
}

/// Where a pull ends: the contents of both files, or the conflict.
fn outcome(sides: &ScoreSides) -> Result<Snapshot, (String, Vec<DocKind>)> {
    let plan = plan(sides, PULL);
    if let Step::Conflict(Conflict { kind, docs, .. }) = &plan.step {
        return Err((format!("{kind:?}"), docs.clone()));
    }
    let local = carried_out(sides, &plan).local;
    let content = |doc: &LocalDoc| doc.file().expect("both files are there").content.clone();
    Ok(Snapshot { code: content(&local.code), guidelines: Some(content(&local.guidelines)) })
}

fn is_diverged(sides: &ScoreSides) -> bool {
    matches!(plan(sides, PULL).standing, Standing::Diverged { .. })
}
