//! What commits hold, and what a push brings; by libgit2 and by the program alike.

use super::sandbox::{Sandbox, paths};
use crate::support::cpu_time;
use scoresync::git::{Blob, CommitId, Head, Past, RefUpdate, Repository};
use scoresync::model::{MAX_FILE_BYTES, RelPath, VersionId};
use std::fs;
use std::time::Duration;

const ROOT: &str = "repo/scorecards";
const TONE: &str = "repo/scorecards/Calls/Tone.yaml";

/// Two commits more, in a repository that libgit2 reads and in one that only the program does.
fn repositories() -> [Sandbox; 2] {
    ["sha1", "sha256"].map(|format| {
        let sandbox = Sandbox::new();
        sandbox.init("repo", &[&format!("--object-format={format}")]);
        sandbox.write("repo/other.txt", "one\n");
        sandbox.write(TONE, "name: Tone\n");
        commit(&sandbox, "first");
        sandbox.write("repo/scorecards/Calls/Ünï ✓.yaml", "name: new\n");
        sandbox.git("repo", &["rm", "-q", "--cached", "other.txt"]);
        commit(&sandbox, "second");
        sandbox.write(TONE, "name: Third\n");
        sandbox.write("repo/other.txt", "three\n");
        commit(&sandbox, "third");
        sandbox.write(TONE, "name: not committed\n");
        sandbox
    })
}

fn commit(sandbox: &Sandbox, message: &str) {
    sandbox.git("repo", &["add", "scorecards", "other.txt"]);
    sandbox.git("repo", &["commit", "-qm", message]);
}

fn head(repository: &Repository) -> CommitId {
    match repository.head() {
        Ok(Head::Branch { commit, .. }) => commit,
        other => panic!("{other:?}"),
    }
}

fn zeros(commit: &CommitId) -> String {
    "0".repeat(commit.as_str().len())
}

/// What git would say to `pre-push`, read.
fn update(commit: &CommitId, before: &str) -> RefUpdate {
    RefUpdate::parse(&format!("refs/heads/main {commit} refs/heads/main {before}\n")).remove(0)
}

#[test]
fn a_commit_has_the_texts_that_were_committed() {
    for sandbox in repositories() {
        let repository = sandbox.open(ROOT);
        let asked = paths(&["Calls/Tone.yaml", "Calls/Ünï ✓.yaml", "Calls/Nowhere.yaml", "Calls"]);
        let texts = repository.texts_at(&head(&repository), &asked).expect("readable");
        let expected =
            [Some("name: Third\n"), Some("name: new\n"), None, None].map(|text| text.map(|text| Blob::Bytes(text.into())));
        assert_eq!(texts, expected);
    }
}

#[test]
fn a_commit_brings_what_it_changes_below_the_root() {
    for sandbox in repositories() {
        let repository = sandbox.open(ROOT);
        assert_eq!(repository.changed_by(&head(&repository)), Ok(paths(&["Calls/Tone.yaml"])));
        sandbox.git("repo", &["checkout", "-qfB", "first", "main~2"]);
        assert_eq!(repository.changed_by(&head(&repository)), Ok(paths(&["Calls/Tone.yaml"])), "the first has no parent");
    }
}

#[test]
fn a_push_brings_what_the_remote_does_not_have() {
    let both = paths(&["Calls/Tone.yaml", "Calls/Ünï ✓.yaml"]);
    for sandbox in repositories() {
        let repository = sandbox.open(ROOT);
        let tip = head(&repository);
        let first = sandbox.git("repo", &["rev-parse", "main~2"]).trim().to_owned();
        let second = sandbox.git("repo", &["rev-parse", "main~1"]).trim().to_owned();
        let brought = |before: &str| repository.brought_by(&update(&tip, before), "origin").expect("readable");
        assert_eq!(brought(&second), both[..1]);
        assert_eq!(brought(&first), both);
        assert_eq!(brought(&zeros(&tip)), both, "a remote of which nothing is known");
        sandbox.git("repo", &["update-ref", "refs/remotes/origin/old", &first]);
        sandbox.git("repo", &["update-ref", "refs/remotes/origin/main", &second]);
        assert_eq!(brought(&zeros(&tip)), both[..1], "a new branch starts where the remote's nearest commit is");
        sandbox.git("repo", &["update-ref", "refs/remotes/origin/main", tip.as_str()]);
        assert_eq!(brought(&zeros(&tip)), [], "the remote has it under another name");
        sandbox.git("repo", &["update-ref", "refs/remotes/origin/main", &second]);
        let unknown = "f".repeat(tip.as_str().len());
        assert_eq!(brought(&unknown), both[..1], "the other side has something that was never fetched");
    }
}

/// Of the branches that were merged the remote has one up to its last commit, and one only to its first.
#[test]
fn a_merge_is_compared_with_the_nearest_of_what_the_remote_has() {
    for sandbox in repositories() {
        sandbox.git("repo", &["stash", "-q"]);
        let first = sandbox.git("repo", &["rev-parse", "main~2"]);
        sandbox.git("repo", &["checkout", "-q", "-b", "side", first.trim()]);
        sandbox.write("repo/scorecards/Calls/Side.yaml", "name: Side\n");
        commit(&sandbox, "side");
        sandbox.git("repo", &["merge", "-q", "--no-edit", "main"]);
        let repository = sandbox.open(ROOT);
        let tip = head(&repository);
        let new = update(&tip, &zeros(&tip));
        sandbox.git("repo", &["update-ref", "refs/remotes/origin/a", first.trim()]);
        sandbox.git("repo", &["update-ref", "refs/remotes/origin/main", "main"]);
        assert_eq!(repository.brought_by(&new, "origin"), Ok(paths(&["Calls/Side.yaml"])));
    }
}

#[test]
fn a_root_that_is_a_link_into_another_repository_is_read_there() {
    let [sandbox, _] = repositories();
    fs::create_dir(sandbox.path("desk")).expect("a folder");
    std::os::unix::fs::symlink(sandbox.path(ROOT), sandbox.path("desk/scorecards")).expect("a link");
    let repository = sandbox.open("desk/scorecards");
    assert_eq!(repository.changed_by(&head(&repository)), Ok(paths(&["Calls/Tone.yaml"])));
}

#[test]
fn a_version_is_found_in_the_first_commit_that_names_it() {
    for sandbox in repositories() {
        for (text, message) in
            [("one", "Push Calls/Tone\n\nScore-Version: Calls/Tone v1"), ("two", "x\n\nScore-Version: Calls/Tone v1")]
        {
            sandbox.write("repo/other.txt", text);
            commit(&sandbox, message);
        }
        let asked = ["v1", "v2"].map(VersionId::from).into();
        let found = sandbox.open(ROOT).commits_of(&asked).expect("readable");
        let first = sandbox.git("repo", &["rev-parse", "HEAD~1"]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[&VersionId::from("v1")].as_str(), first.trim());
    }
}

#[test]
fn the_past_of_files_is_told_newest_first_and_each_text_once() {
    let text = |text: &str| Some(Blob::Bytes(text.into()));
    for sandbox in repositories() {
        let asked = [paths(&["Calls/Tone.yaml", "Calls/Ünï ✓.yaml"]), paths(&["Calls/Nowhere.yaml"])];
        let past = sandbox.open(ROOT).history_of(&asked, 1000).expect("readable");
        let (new, tone) = (text("name: new\n"), text("name: Tone\n"));
        assert_eq!(past[0].texts, [vec![text("name: Third\n"), new.clone()], vec![tone.clone(), new], vec![tone, None]]);
        assert!(past[1].texts.is_empty() && past.iter().all(|past| !past.lacks));
    }
}

/// What it lacks would be fetched one by one, each with a connection of its own.
#[test]
fn the_past_of_a_partial_clone_is_what_it_has() {
    let sandbox = Sandbox::new();
    sandbox.init("origin", &[]);
    for text in ["name: One\n", "name: Two\n", "name: Three\n"] {
        sandbox.write("origin/scorecards/Calls/Tone.yaml", text);
        sandbox.git("origin", &["add", "."]);
        sandbox.git("origin", &["commit", "-qm", "x"]);
    }
    sandbox.git("origin", &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path("origin").display());
    sandbox.git("home", &["clone", "-q", "--filter=blob:none", &url, "../repo"]);
    let packs = || fs::read_dir(sandbox.path("repo/.git/objects/pack")).expect("a folder").count();
    let before = packs();
    let past = || sandbox.open(ROOT).history_of(&[paths(&["Calls/Tone.yaml"])], 1000).expect("git answers").remove(0);
    let texts = |texts: &[&str]| texts.iter().map(|text| vec![Some(Blob::Bytes((*text).into()))]).collect();
    assert_eq!(past(), Past { texts: texts(&["name: Three\n"]), lacks: true });
    assert_eq!(packs(), before, "nothing was fetched");
    sandbox.git("repo", &["fetch", "-q", "--refetch", "--no-filter"]);
    assert_eq!(past(), Past { texts: texts(&["name: Three\n", "name: Two\n", "name: One\n"]), lacks: false });
}

/// What a link leads to is no text of a score.
#[test]
fn links_are_no_files_of_a_commit() {
    for sandbox in repositories() {
        std::os::unix::fs::symlink("Tone.yaml", sandbox.path("repo/scorecards/Calls/Link.yaml")).expect("a link");
        commit(&sandbox, "a link");
        let repository = sandbox.open(ROOT);
        assert_eq!(repository.changed_by(&head(&repository)), Ok(paths(&["Calls/Tone.yaml"])));
    }
}

/// A repository in which every commit is signed, or seems to be, and git is set up to show that.
fn signed(format: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.script(
        "home/gpg",
        "case \"$*\" in *--verify*) echo 'gpg: Good signature';; \
         *) cat >/dev/null; echo '-----BEGIN PGP SIGNATURE-----'; echo '-----END PGP SIGNATURE-----'; echo '[GNUPG:] SIG_CREATED ' >&2;; esac",
    );
    sandbox.init("repo", &[format]);
    let gpg = sandbox.path("home/gpg").display().to_string();
    for (name, value) in [("gpg.program", gpg.as_str()), ("commit.gpgSign", "true"), ("log.showSignature", "true")] {
        sandbox.git("repo", &["config", name, value]);
    }
    sandbox.git("repo", &["config", "status.showUntrackedFiles", "no"]);
    sandbox
}

#[test]
fn what_people_want_shown_of_signatures_is_no_answer() {
    for format in ["--ref-format=files", "--ref-format=reftable"] {
        let sandbox = signed(format);
        sandbox.write(TONE, "name: Tone\n");
        sandbox.git("repo", &["add", "."]);
        sandbox.git("repo", &["commit", "-qm", "first\n\nScore-Version: Calls/Tone v1"]);
        assert!(
            sandbox.git("repo", &["log"]).contains("BEGIN")
                || sandbox.git("repo", &["cat-file", "-p", "HEAD"]).contains("gpgsig")
        );
        let repository = sandbox.open(ROOT);
        let first = head(&repository);
        let versions = ["v1"].map(VersionId::from).into();
        assert_eq!(repository.commits_of(&versions), Ok([("v1".into(), first.clone())].into()), "{format}");
        sandbox.git("repo", &["commit", "-q", "--allow-empty", "-m", "second"]);
        assert_eq!(repository.went_elsewhere(Some(&first)), Ok(None), "{format}");
        sandbox.write("repo/scorecards/Calls/New.yaml", "name: New\n");
        assert_eq!(repository.holds(&paths(&["Calls/Tone.yaml"])), Ok(true), "{format}");
        assert_eq!(repository.holds(&paths(&["Calls/New.yaml"])), Ok(false), "{format}");
    }
}

/// As in a repository of many people, whose branches begin all over its history.
#[test]
fn a_new_branch_is_compared_with_thousands_of_others_at_once() {
    let sandbox = Sandbox::with_repository();
    let mut stream = String::new();
    for number in 1..=10_000 {
        let from = if number == 1 { "from refs/heads/main^0\n".to_owned() } else { format!("from :{}\n", number - 1) };
        stream += &format!(
            "commit refs/heads/main\nmark :{number}\ncommitter A <a@b> {} +0000\ndata 1\nx{from}\n",
            1_700_000_000 + number
        );
        if number % 5 == 0 {
            stream += &format!("reset refs/remotes/origin/b{number}\nfrom :{number}\n\n");
        }
    }
    sandbox.write("stream", &stream);
    sandbox.git("repo", &["-c", "alias.import=!git fast-import --quiet <../stream", "import"]);
    sandbox.git("repo", &["reset", "-q", "--hard"]);
    sandbox.write(TONE, "name: Mine\n");
    commit(&sandbox, "mine");
    let repository = sandbox.open(ROOT);
    let start = cpu_time();
    let new = update(&head(&repository), &zeros(&head(&repository)));
    let brought = repository.brought_by(&new, "origin");
    assert_eq!(brought, Ok(paths(&["Calls/Tone.yaml"])));
    let taken = cpu_time() - start;
    assert!(taken < Duration::from_secs(10), "{taken:?}");
}

/// What git has of a file that is larger than files may be, and of one that is as large, wherever it is asked.
fn sizes_of(repository: &Repository, files: &[RelPath]) -> Vec<Vec<Option<u64>>> {
    let size = |blob: Option<Blob>| match blob? {
        Blob::Bytes(bytes) => Some(bytes.len() as u64),
        Blob::TooLarge(_) => None,
    };
    let committed = repository.texts_at(&head(repository), files).expect("readable");
    let past = repository.history_of(&[files.to_vec()], 1).expect("readable").remove(0).texts.remove(0);
    let staged = repository.staged(|_| true).expect("readable").into_iter().map(|file| Some(file.blob)).collect();
    [committed, past, staged].map(|blobs| blobs.into_iter().map(size).collect()).into()
}

#[test]
fn what_is_larger_than_files_may_be_is_not_read() {
    let most = usize::try_from(MAX_FILE_BYTES).expect("it fits into memory");
    for sandbox in repositories() {
        let files = ["Calls/Large.yaml", "Calls/Larger.yaml"];
        let write = |first: &str| {
            sandbox.write(&format!("{ROOT}/{}", files[0]), &format!("{first}{}", "x".repeat(most - 1)));
            sandbox.write(&format!("{ROOT}/{}", files[1]), &format!("{first}{}", "x".repeat(most)));
            sandbox.git("repo", &["add", "."]);
        };
        write("a");
        sandbox.git("repo", &["commit", "-qm", "large"]);
        write("b");
        let expected = vec![vec![Some(MAX_FILE_BYTES), None]; 3];
        assert_eq!(sizes_of(&sandbox.open(ROOT), &paths(&files)), expected, "loose");
        sandbox.git("repo", &["gc", "-q"]);
        assert_eq!(sizes_of(&sandbox.open(ROOT), &paths(&files)), expected, "packed");
    }
}
