//! The working files on a real file system.
#![cfg(unix)]

use scoresync::model::{CachedFile, Content, Digest, DocKind, Expect, LocalDoc, MAX_FILE_BYTES, RelPath};
use scoresync::workspace::{FileError, RootState, Scan, Workspace, WriteRequest};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

type Cache = HashMap<RelPath, CachedFile>;

struct World {
    _home: TempDir,
    base: PathBuf,
    workspace: Workspace,
}

impl World {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let base = home.path().canonicalize().unwrap();
        let workspace = Workspace::new(&base.join("scorecards"));
        Self { _home: home, base, workspace }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.base.join("scorecards").join(path)
    }

    fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), bytes).unwrap();
    }

    fn get(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    fn scan(&self, wanted: &[&str], cache: &Cache) -> Scan {
        let wanted: Vec<RelPath> = wanted.iter().map(|path| rel(path)).collect();
        let only = self.workspace.scan_only(&wanted.iter().collect::<Vec<_>>(), cache).unwrap();
        let scan = self.workspace.scan(wanted.iter(), cache).unwrap();
        let read =
            |scan: &Scan| scan.fresh.iter().map(|(path, file)| (path.clone(), (file.stat, file.raw))).collect::<HashMap<_, _>>();
        assert_eq!((&only.docs, read(&only)), (&scan.docs, read(&scan)), "of a wanted file both scans say the same");
        assert_eq!((&only.unknown, &only.leftovers), (&Vec::new(), &Vec::new()), "the others were not asked for");
        scan
    }

    fn doc(&self, path: &str) -> LocalDoc {
        self.scan(&[path], &Cache::new()).docs.remove(&rel(path)).unwrap_or_default()
    }

    fn write(&self, path: &str, text: &str, expect: Expect) -> Result<Option<CachedFile>, FileError> {
        self.workspace.write(&rel(path), text.as_bytes(), expect)
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at(folder)).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn rel(path: &str) -> RelPath {
    RelPath::parse(path).unwrap()
}

fn bytes(text: &str) -> Expect {
    Expect::Bytes(Digest::of(text))
}

/// `path[:line:column]: why`.
fn reason(doc: &LocalDoc) -> String {
    match doc {
        LocalDoc::Broken(file) => {
            let place = file.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
            format!("{}{place}: {}", file.path.display(), file.reason)
        }
        other => panic!("not broken: {other:?}"),
    }
}

/// A cache in which everything fresh was read long after it changed.
fn settled(scan: Scan) -> Cache {
    let later = |mut file: CachedFile| {
        file.read_at += 10_000_000_000;
        file
    };
    scan.fresh.into_iter().map(|(path, file)| (path, later(file))).collect()
}

#[test]
fn a_scan_tells_what_is_there() {
    let world = World::new();
    world.put("A/One.yaml", "\u{feff}name: One\r\nversion: x\r\n");
    world.put("A/guidelines/One.md", "# One\n");
    let scan = world.scan(&["A/One.yaml", "A/guidelines/One.md", "A/Two.yaml", "B/Three.yaml"], &Cache::new());
    let code = scan.docs[&rel("A/One.yaml")].file().unwrap();
    assert_eq!(code.content, Content::of(DocKind::Code, "name: One\n"));
    assert!(code.content.text.is_none() && code.style.crlf && code.style.bom);
    assert_eq!(code.raw, Digest::of("\u{feff}name: One\r\nversion: x\r\n"));
    let guidelines = scan.docs[&rel("A/guidelines/One.md")].file().unwrap();
    assert_eq!(guidelines.content, Content::of(DocKind::Guidelines, "# One"));
    assert_eq!((scan.docs.len(), scan.fresh.len()), (2, 2), "nothing else is there");
}

#[test]
fn the_cache_answers_for_unchanged_files_only() {
    let world = World::new();
    world.put("A/One.yaml", "name: 1\n");
    world.put("A/Two.yaml", "name: 2\n");
    let wanted = ["A/One.yaml", "A/Two.yaml"];
    let first = world.scan(&wanted, &Cache::new());
    assert_eq!(world.scan(&wanted, &first.fresh.iter().cloned().collect()).fresh.len(), 2, "read in the tick of the change");
    let mut cache = settled(first.clone());
    let second = world.scan(&wanted, &cache);
    assert!(second.fresh.is_empty());
    assert_eq!(second.docs, first.docs);
    cache.get_mut(&rel("A/One.yaml")).unwrap().canonical = Digest::of("the cache was asked");
    let asked = world.scan(&wanted, &cache);
    assert_eq!(asked.docs[&rel("A/One.yaml")].file().unwrap().content.digest, Digest::of("the cache was asked"));
}

#[test]
fn an_edit_of_the_same_size_and_time_is_seen() {
    let world = World::new();
    world.put("A/One.yaml", "name: 1\n");
    let cache = settled(world.scan(&["A/One.yaml"], &Cache::new()));
    let before = fs::metadata(world.at("A/One.yaml")).unwrap();
    // The change time only moves with the file system's tick.
    let edited = |round: u8| {
        let file = fs::File::options().write(true).truncate(true).open(world.at("A/One.yaml")).unwrap();
        std::io::Write::write_all(&mut &file, format!("name: {}\n", round % 8 + 2).as_bytes()).unwrap();
        file.set_modified(before.modified().unwrap()).unwrap();
        std::os::unix::fs::MetadataExt::ctime_nsec(&file.metadata().unwrap())
            != std::os::unix::fs::MetadataExt::ctime_nsec(&before)
    };
    assert!((0..=u8::MAX).cycle().take(1_000_000).any(edited), "the clock stands");
    let after = fs::metadata(world.at("A/One.yaml")).unwrap();
    assert_eq!((before.len(), before.modified().unwrap()), (after.len(), after.modified().unwrap()));
    let scan = world.scan(&["A/One.yaml"], &cache);
    assert_eq!(scan.docs[&rel("A/One.yaml")].file().unwrap().raw, Digest::of(world.get("A/One.yaml")));
    assert_eq!(scan.fresh.len(), 1);
}

#[test]
fn a_replaced_file_is_seen_by_its_inode() {
    let world = World::new();
    world.put("A/One.yaml", "name: 1\n");
    let mut cache = settled(world.scan(&["A/One.yaml"], &Cache::new()));
    cache.get_mut(&rel("A/One.yaml")).unwrap().stat.inode += 1;
    assert_eq!(world.scan(&["A/One.yaml"], &cache).fresh.len(), 1);
}

#[test]
fn only_stray_documents_are_unknown() {
    let world = World::new();
    let strays = ["A/Gone.yaml", "A/One.md", "A/guidelines/Gone.md"];
    let foreign = [
        "card.yaml",
        "A/One.yaml.bak",
        "A/One.knowledge-base/x.yaml",
        "A/experiments/x.csv",
        "A/.#One.yaml",
        "A/.One.yaml.swp",
        "A/#One.yaml#",
        "A/~$One.yaml",
        "A/guidelines/x.yaml",
        "A/folder.yaml/x",
        "Other/Two.yaml",
        "A/.scoresync-abc.tmp",
    ];
    strays.iter().chain(&foreign).for_each(|path| world.put(path, "x: 1\n"));
    world.put("A/One.yaml", "name: 1\n");
    let scan = world.scan(&["A/One.yaml", "A/guidelines/One.md"], &Cache::new());
    assert_eq!(scan.unknown, strays.map(rel));
    assert_eq!(scan.leftovers, [rel("A/.scoresync-abc.tmp")]);
    world.workspace.remove_leftovers(&[rel("A/.scoresync-abc.tmp"), rel("A/One.yaml")]);
    assert!(!world.at("A/.scoresync-abc.tmp").exists() && world.at("A/One.yaml").exists());
}

#[test]
fn a_broken_file_costs_only_itself() {
    let world = World::new();
    world.put("A/Good.yaml", "name: 1\n");
    world.put("A/Latin.yaml", b"name: 1\nx: caf\xe9\n");
    world.put("A/Folder.yaml/x", "");
    world.put("A/Large.yaml", vec![b'x'; MAX_FILE_BYTES as usize + 1]);
    world.put("File", "");
    fs::write(world.base.join("secret"), "s").unwrap();
    let link = |target: &str, at: &str| std::os::unix::fs::symlink(target, world.at(at)).unwrap();
    link("../../secret", "A/Out.yaml");
    link("nowhere", "A/Dangling.yaml");
    link("Loop.yaml", "A/Loop.yaml");
    link("Good.yaml", "A/Inside.yaml");
    link("..", "Up");
    let names = ["Good", "Latin", "Folder", "Large", "Out", "Dangling", "Loop", "Inside"];
    let mut wanted: Vec<String> = names.iter().map(|name| format!("A/{name}.yaml")).collect();
    wanted.extend(["File/x.yaml".to_owned(), "Up/secret".to_owned()]);
    let scan = world.scan(&wanted.iter().map(String::as_str).collect::<Vec<_>>(), &Cache::new());
    let doc = |path: &str| &scan.docs[&rel(path)];
    assert!(doc("A/Good.yaml").file().is_some() && doc("A/Inside.yaml").file().is_some());
    assert_eq!(reason(doc("A/Latin.yaml")), "A/Latin.yaml:2:7: not UTF-8");
    assert_eq!(reason(doc("A/Folder.yaml")), "A/Folder.yaml: a folder, not a file");
    assert_eq!(reason(doc("A/Large.yaml")), "A/Large.yaml: 4194305 bytes, the limit is 4194304");
    assert!(reason(doc("A/Out.yaml")).ends_with("A/Out.yaml: leads out of the scorecards folder"));
    assert_eq!(reason(doc("A/Dangling.yaml")), "A/Dangling.yaml: a link to nothing, not a file");
    assert!(!reason(doc("A/Loop.yaml")).is_empty());
    assert!(reason(doc("File/x.yaml")).ends_with("File: not a folder"));
    assert!(reason(doc("Up/secret")).ends_with("Up: leads out of the scorecards folder"));
}

#[test]
fn the_root_may_be_missing_a_link_or_no_folder() {
    let world = World::new();
    assert_eq!(world.workspace.root_state(), RootState::Missing);
    assert_eq!(world.doc("A/One.yaml"), LocalDoc::Absent);
    assert_eq!(world.workspace.read(&rel("A/One.yaml")), Err(FileError::NotFound(world.at("A/One.yaml"))));

    fs::create_dir(world.base.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", world.base.join("scorecards")).unwrap();
    assert_eq!(world.workspace.root_state(), RootState::Empty);
    world.write("A/One.yaml", "name: 1\n", Expect::Absent).unwrap();
    assert_eq!(fs::read_to_string(world.base.join("elsewhere/A/One.yaml")).unwrap(), "name: 1\n");
    assert_eq!(world.workspace.root_state(), RootState::Populated);
    let changed = world.write("A/One.yaml", "x", Expect::Absent);
    assert_eq!(changed, Err(FileError::Changed(world.at("A/One.yaml"))), "named under the root as it was given");

    fs::write(world.base.join("file"), "").unwrap();
    let file = Workspace::new(&world.base.join("file"));
    assert_eq!(file.root_state(), RootState::NotADirectory);
    let root = || FileError::NotAFolder(world.base.join("file"));
    assert_eq!(file.scan([].into_iter(), &Cache::new()), Err(root()));
    assert_eq!(file.write(&rel("A"), b"", Expect::Absent), Err(root()));
}

#[test]
fn another_unicode_form_is_the_same_file() {
    let (nfc, nfd) = ("Caf\u{e9}/\u{e9}t\u{e9}.yaml", "Cafe\u{301}/e\u{301}te\u{301}.yaml");
    let world = World::new();
    world.put(nfd, "name: 1\n");
    let scan = world.scan(&[nfc], &Cache::new());
    assert!(scan.docs[&rel(nfc)].file().is_some());
    assert_eq!(scan.unknown, []);
    world.write(nfc, "name: 2\n", bytes("name: 1\n")).unwrap();
    assert_eq!(world.get(nfd), "name: 2\n");
    assert_eq!(world.names("").len(), 1);
    assert_eq!(world.workspace.read(&rel(nfc)).unwrap(), b"name: 2\n");
}

#[test]
fn on_a_file_system_that_tells_cases_apart_they_are_two_files() {
    let world = World::new();
    world.put("A/one.yaml", "name: 1\n");
    if world.at("A/ONE.YAML").exists() {
        return;
    }
    let scan = world.scan(&["A/One.yaml"], &Cache::new());
    assert_eq!(scan.docs.get(&rel("A/One.yaml")), None);
    assert_eq!(scan.unknown, [rel("A/one.yaml")]);
}

#[test]
fn a_write_happens_only_if_its_expectation_holds() {
    let world = World::new();
    let changed = || Err(FileError::Changed(world.at("A/One.yaml")));
    assert_eq!(world.write("A/One.yaml", "1", bytes("0")), changed(), "nothing there");
    assert!(!world.at("A").exists(), "no folder is made for a file that should have been there");
    let cached = world.write("A/One.yaml", "name: 1\n", Expect::Absent).unwrap().unwrap();
    assert_eq!((cached.raw, cached.stat.size), (Digest::of("name: 1\n"), 8));
    assert_eq!(world.write("A/One.yaml", "2", Expect::Absent), changed());
    assert_eq!(world.write("A/One.yaml", "2", bytes("other")), changed());
    assert_eq!(world.get("A/One.yaml"), "name: 1\n");
    world.write("A/One.yaml", "name: 2\n", bytes("name: 1\n")).unwrap();
    assert_eq!((world.get("A/One.yaml"), world.names("A")), ("name: 2\n".into(), vec!["One.yaml".to_owned()]));
    assert_eq!(world.workspace.write(&rel("A/Bin.md"), b"\xff", Expect::Absent), Ok(None));
}

#[test]
fn what_a_write_remembers_holds_until_the_next_edit() {
    let world = World::new();
    let cached = world.write("A/One.yaml", "name: 1\n", Expect::Absent).unwrap().unwrap();
    let cache = Cache::from([(rel("A/One.yaml"), CachedFile { read_at: cached.read_at + 10_000_000_000, ..cached })]);
    assert!(world.scan(&["A/One.yaml"], &cache).fresh.is_empty());
    world.put("A/One.yaml", "name: 23\n");
    assert_eq!(world.scan(&["A/One.yaml"], &cache).fresh.len(), 1);
}

/// Nobody saw the bytes of a new file before it came to its place: where they are older than that, a file need not rest before
/// its stat counts. Whatever is written into it at once is seen.
#[test]
fn an_edit_right_after_a_write_is_seen() {
    let world = World::new();
    for round in 0..100 {
        let (path, text) = (format!("A/{round}.yaml"), format!("name: {}\n", 100 + round));
        let cached = world.write(&path, &text, Expect::Absent).unwrap().unwrap();
        let cache = Cache::from([(rel(&path), cached)]);
        fs::write(world.at(&path), text.replace("name", "NAME")).unwrap();
        let seen = world.scan(&[&path], &cache).docs[&rel(&path)].file().unwrap().raw;
        assert_eq!(seen, Digest::of(world.get(&path)), "round {round}");
    }
}

#[test]
fn a_batch_keeps_its_order_and_fails_one_by_one() {
    let world = World::new();
    let paths: Vec<RelPath> = (0..300).map(|n| rel(&format!("Card {}/S{n}.yaml", n % 7))).collect();
    let texts: Vec<String> = (0..300).map(|n| format!("name: {n}\n")).collect();
    world.put("Card 3/S3.yaml", "mine");
    let requests: Vec<_> = paths
        .iter()
        .zip(&texts)
        .map(|(path, text)| WriteRequest { path, bytes: text.as_bytes(), expect: Expect::Absent })
        .collect();
    let results = world.workspace.write_all(&requests);
    for (n, result) in results.iter().enumerate() {
        match result {
            Ok(file) => assert_eq!(file.as_ref().unwrap().raw, Digest::of(&texts[n])),
            Err(error) => assert_eq!((n, error), (3, &FileError::Changed(world.at("Card 3/S3.yaml")))),
        }
    }
    assert!(results[3].is_err());
    assert_eq!(world.get("Card 3/S3.yaml"), "mine");
    let found = world.scan(&paths.iter().map(RelPath::as_str).collect::<Vec<_>>(), &Cache::new());
    assert!(found.docs.values().all(|doc| doc.file().is_some()) && found.leftovers.is_empty());
}

#[test]
fn two_writes_to_one_file_do_not_both_happen() {
    let world = World::new();
    let path = rel("A/One.yaml");
    let request = |bytes| WriteRequest { path: &path, bytes, expect: Expect::Absent };
    let results = world.workspace.write_all(&[request(b"1"), request(b"2")]);
    assert!(results[0].is_ok());
    assert_eq!(results[1], Err(FileError::Changed(world.at("A/One.yaml"))));
    assert_eq!(world.get("A/One.yaml"), "1");
}

#[test]
fn mode_and_read_only_are_honoured() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let chmod = |mode| fs::set_permissions(world.at("A/One.yaml"), fs::Permissions::from_mode(mode)).unwrap();
    let mode = || fs::metadata(world.at("A/One.yaml")).unwrap().permissions().mode() & 0o777;
    world.put("A/One.yaml", "1");
    chmod(0o751);
    world.write("A/One.yaml", "2", bytes("1")).unwrap();
    assert_eq!(mode(), 0o751);
    chmod(0o444);
    let read_only = || Err(FileError::ReadOnly(world.at("A/One.yaml")));
    assert_eq!(world.write("A/One.yaml", "3", bytes("2")).map(|_| ()), read_only());
    assert_eq!(world.workspace.remove(&rel("A/One.yaml"), bytes("2")), read_only());
    assert_eq!((world.get("A/One.yaml"), world.names("A")), ("2".into(), vec!["One.yaml".to_owned()]));
    world.write("A/New.yaml", "n", Expect::Absent).unwrap();
    let new = fs::metadata(world.at("A/New.yaml")).unwrap().permissions().mode();
    fs::write(world.at("A/plain"), "").unwrap();
    assert_eq!(new, fs::metadata(world.at("A/plain")).unwrap().permissions().mode(), "as any new file here");
}

#[test]
fn links_are_written_through_inside_the_root_and_refused_outside() {
    let world = World::new();
    world.put("A/Real.yaml", "1");
    fs::create_dir(world.base.join("out")).unwrap();
    fs::write(world.base.join("out/x.yaml"), "1").unwrap();
    let link = |target: &str, at: &str| std::os::unix::fs::symlink(target, world.at(at)).unwrap();
    link("Real.yaml", "A/Link.yaml");
    link("../../out/x.yaml", "A/Out.yaml");
    link("../out", "Out");
    link("nothing", "A/Nothing.yaml");
    world.write("A/Link.yaml", "2", bytes("1")).unwrap();
    assert!(fs::symlink_metadata(world.at("A/Link.yaml")).unwrap().is_symlink());
    assert_eq!(world.get("A/Real.yaml"), "2");
    let escapes = |path: &str| Err(FileError::Escapes(world.at(path)));
    assert_eq!(world.write("A/Out.yaml", "2", bytes("1")).map(|_| ()), escapes("A/Out.yaml"));
    assert_eq!(world.write("Out/x.yaml", "2", bytes("1")).map(|_| ()), escapes("Out"));
    assert_eq!(world.write("Out/new.yaml", "2", Expect::Absent).map(|_| ()), escapes("Out"));
    assert_eq!(world.write("Out/deep/new.yaml", "2", Expect::Absent).map(|_| ()), escapes("Out"));
    assert!(world.write("A/Nothing.yaml", "2", Expect::Absent).is_err());
    assert_eq!(world.workspace.read(&rel("Out/x.yaml")), Err(FileError::Escapes(world.at("Out"))));
    assert_eq!(fs::read_dir(world.base.join("out")).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(world.base.join("out/x.yaml")).unwrap(), "1");
}

#[test]
fn what_is_in_the_way_is_an_error_and_stays() {
    let world = World::new();
    world.put("A/One.yaml/x", "1");
    world.put("File", "1");
    let folder = FileError::NotAFile { path: world.at("A/One.yaml"), what: "a folder" };
    assert_eq!(world.write("A/One.yaml", "2", Expect::Absent), Err(folder));
    assert_eq!(world.write("File/One.yaml", "2", Expect::Absent), Err(FileError::NotAFolder(world.at("File"))));
    let large = "x".repeat(MAX_FILE_BYTES as usize + 1);
    assert!(matches!(world.write("A/Two.yaml", &large, Expect::Absent), Err(FileError::TooLarge { .. })));
    assert_eq!(world.names("A"), ["One.yaml"]);
}

#[test]
fn a_file_is_read_with_its_text() {
    let world = World::new();
    world.put("A/guidelines/One.md", "# One\r\n");
    let file = world.workspace.read_text(&rel("A/guidelines/One.md")).unwrap();
    assert_eq!(file.content.text.as_deref(), Some("# One\r\n"));
    assert_eq!(file.content, Content::of(DocKind::Guidelines, "# One\n"));
    assert!(file.style.crlf);
    world.put("A/Bad.yaml", b"a\nb\xc3");
    let bad = FileError::NotUtf8 { path: world.at("A/Bad.yaml"), line: 2, column: 2 };
    assert_eq!(world.workspace.read_text(&rel("A/Bad.yaml")), Err(bad));
}

#[test]
fn a_removal_takes_empty_folders_along_and_nothing_else() {
    let world = World::new();
    let remove = |path: &str, expect| world.workspace.remove(&rel(path), expect);
    world.put("A/guidelines/One.md", "1");
    world.put("A/guidelines/Two.md", "2");
    let changed = || Err(FileError::Changed(world.at("A/guidelines/One.md")));
    assert_eq!(remove("A/guidelines/One.md", bytes("other")), changed());
    assert_eq!(remove("A/guidelines/One.md", Expect::Absent), changed());
    remove("A/guidelines/One.md", bytes("1")).unwrap();
    assert_eq!(world.names("A/guidelines"), ["Two.md"]);
    remove("A/guidelines/Two.md", bytes("2")).unwrap();
    assert!(!world.at("A").exists() && world.at("").exists());
    assert_eq!(remove("A/guidelines/One.md", bytes("1")), changed());
    remove("A/guidelines/One.md", Expect::Absent).unwrap();
}

#[test]
fn a_move_never_replaces() {
    let world = World::new();
    let rename = |from: &str, to: &str, expect| world.workspace.rename(&rel(from), &rel(to), expect);
    world.put("A/One.yaml", "1");
    world.put("A/Two.yaml", "2");
    assert_eq!(rename("A/One.yaml", "A/Two.yaml", bytes("1")), Err(FileError::Changed(world.at("A/Two.yaml"))));
    assert_eq!(rename("A/One.yaml", "B/One.yaml", bytes("x")), Err(FileError::Changed(world.at("A/One.yaml"))));
    assert!(!world.at("B").exists());
    rename("A/One.yaml", "B/guidelines/One.yaml", bytes("1")).unwrap();
    assert_eq!((world.get("B/guidelines/One.yaml"), world.names("A")), ("1".into(), vec!["Two.yaml".to_owned()]));
    rename("A/Two.yaml", "A/two.yaml", bytes("2")).unwrap();
    assert_eq!(world.names("A"), ["two.yaml"]);
    world.put("A/e\u{301}.yaml", "3");
    rename("A/e\u{301}.yaml", "A/\u{e9}.yaml", bytes("3")).unwrap();
    rename("A/\u{e9}.yaml", "B/3.yaml", bytes("3")).unwrap();
    rename("A/two.yaml", "B/Two.yaml", bytes("2")).unwrap();
    assert!(!world.at("A").exists());
}

#[test]
fn readers_see_old_or_new_but_nothing_between() {
    let world = World::new();
    let text = |n: usize| format!("{n}\n").repeat(20_000);
    world.put("A/One.yaml", text(0));
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            (0..50).for_each(|n| {
                world.write("A/One.yaml", &text(n + 1), bytes(&text(n))).unwrap();
            });
        });
        while !writer.is_finished() {
            let seen = world.get("A/One.yaml");
            let first = seen.lines().next().unwrap();
            assert!(seen.lines().count() == 20_000 && seen.lines().all(|line| line == first));
        }
    });
    assert_eq!(world.names("A"), ["One.yaml"]);
}

#[test]
fn an_unreadable_folder_is_not_a_deletion() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    world.put("A/One.yaml", "1");
    fs::set_permissions(world.at("A"), fs::Permissions::from_mode(0o000)).unwrap();
    let doc = world.doc("A/One.yaml");
    let may_read_all = Path::read_dir(&world.at("A")).is_ok();
    fs::set_permissions(world.at("A"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(if may_read_all { doc.file().is_some() } else { reason(&doc).ends_with("A: permission denied") });
}
