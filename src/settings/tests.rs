//! Which source wins, each test in its own home and workspace.
#![expect(clippy::disallowed_methods, reason = "tests write the files that are read")]

use super::{Actor, Endpoint, Grant, SettingSource, Settings, SettingsError};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

struct World {
    dir: TempDir,
    variables: Vec<(String, String)>,
}

impl World {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let world = Self { variables: vec![("HOME".into(), dir.path().join("home").display().to_string())], dir };
        fs::create_dir_all(world.at("home/work/sub")).expect("folders");
        for (path, text) in files {
            let path = world.at(path);
            fs::create_dir_all(path.parent().expect("below the temporary folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        world
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn load(&self, from: &str) -> Result<Settings, SettingsError> {
        Settings::load(&self.variables.iter().cloned().collect(), &self.at(from))
    }

    fn account(&self) -> Option<(String, SettingSource)> {
        self.load("home/work").expect("good settings").account_key.map(|key| (key.value, key.source))
    }
}

const PLEXUS: &str = "plexus:\n  account_key: KEY\n";

#[test]
fn every_source_beats_the_ones_below_it() {
    let sources = [
        ("home/.plexus/config.yml", "user-yml"),
        ("home/.plexus/config.yaml", "user-yaml"),
        ("home/work/.plexus/config.yml", "project-yml"),
        ("home/work/.plexus/config.yaml", "project-yaml"),
        ("home/work/scoresync.yaml", "scoresync"),
        ("home/work/.env", "dotenv"),
    ];
    for known in 1..=sources.len() {
        let texts: Vec<(&str, String)> = sources[..known]
            .iter()
            .map(|(path, key)| {
                let text = match *path {
                    "home/work/scoresync.yaml" => format!("account_key: {key}\n"),
                    "home/work/.env" => format!("PLEXUS_ACCOUNT_KEY={key}\n"),
                    _ => PLEXUS.replace("KEY", key),
                };
                // A workspace is needed for its files to count; the weakest marker says nothing.
                (*path, text)
            })
            .collect();
        let mut files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        files.push(("home/work/.scoresync/x", ""));
        let world = World::new(&files);
        let (value, source) = world.account().expect("a key");
        assert_eq!(value, sources[known - 1].1);
        assert!(source.to_string().ends_with(&world.at(sources[known - 1].0).display().to_string()), "{source}");
        let world = world.with("PLEXUS_ACCOUNT_KEY", "variable");
        assert_eq!(world.account(), Some(("variable".into(), SettingSource::Variable("PLEXUS_ACCOUNT_KEY"))));
    }
}

#[test]
fn plexus_files_are_merged_key_by_key() {
    let world = World::new(&[
        ("home/.plexus/config.yaml", "plexus:\n  api_url: https://user.example/graphql\n  api_key: user-key-0123456789\n"),
        ("home/work/.plexus/config.yaml", "plexus:\n  api_url: https://project.example/graphql\n"),
    ]);
    let settings = world.load("home/work").expect("good settings");
    assert_eq!(settings.endpoint().expect("set").to_string(), "https://project.example/graphql");
    assert_eq!(settings.api_key().expect("set").expose(), "user-key-0123456789");
    assert!(!format!("{settings:?}").contains("user-key"));
}

#[test]
fn the_public_names_are_a_last_resort() {
    let world = World::new(&[("home/work/.env", "NEXT_PUBLIC_PLEXUS_API_KEY=public\n")]);
    assert_eq!(world.load("home/work").expect("good").api_key().expect("set").expose(), "public");
    let world = world.with("PLEXUS_API_KEY", "own");
    assert_eq!(world.load("home/work").expect("good").api_key().expect("set").expose(), "own");
}

#[test]
fn a_subfolder_has_the_settings_of_its_workspace() {
    let world = World::new(&[
        ("home/work/scoresync.yaml", "root: cards\napi_url: file:registry.db\n"),
        ("home/work/.env", "PLEXUS_ACCOUNT_KEY=outer\n"),
    ]);
    let settings = world.load("home/work/sub").expect("good settings");
    assert_eq!(settings.root.value, world.at("home/work/cards"));
    assert_eq!(settings.endpoint().expect("set"), &Endpoint::File(world.at("home/work/registry.db")));
    assert_eq!(settings.origin().expect("set"), "file:registry.db");
    assert_eq!(settings.account_key().expect("set"), "outer");
    let world = world.with("SCORECARD_CACHE_DIR", "elsewhere");
    assert_eq!(world.load("home/work/sub").expect("good").root.value, world.at("home/work/sub/elsewhere"));
}

#[test]
fn home_settings_do_not_make_home_a_workspace() {
    let world = World::new(&[("home/.plexus/config.yaml", "plexus:\n  account_key: mine\n")]);
    let settings = world.load("home/work").expect("good settings");
    assert!(matches!(settings.workspace(), Err(SettingsError::NoWorkspace { .. })));
    assert_eq!(settings.account_key().expect("read all the same"), "mine");
}

#[test]
#[cfg(unix)]
fn a_file_without_an_end_is_an_error() {
    for file in [".env", "scoresync.yaml"] {
        let world = World::new(&[("home/work/.scoresync/x", "")]);
        std::os::unix::fs::symlink("/dev/zero", world.at("home/work").join(file)).expect("a link");
        assert!(matches!(world.load("home/work"), Err(SettingsError::Unreadable { .. })), "{file}");
    }
}

#[test]
fn a_folder_called_as_a_settings_file_is_none() {
    let world = World::new(&[
        ("home/work/.env/bin/python", ""),
        ("home/work/.plexus/config.yaml/x", ""),
        ("home/.plexus/config.yaml", PLEXUS),
    ]);
    assert_eq!(world.account().map(|(key, _)| key).as_deref(), Some("KEY"));
}

#[test]
fn a_context_without_quotes_is_read_from_dotenv() {
    let world = World::new(&[(
        "home/work/.env",
        "PLEXUS_ACTOR_CONTEXT_JSON={\"actor_user_id\": \"u1\"}\nNOTE=it's\nPLEXUS_ACCOUNT_KEY=KEY\n",
    )]);
    let settings = world.load("home/work").expect("good settings");
    assert_eq!(settings.actor.value.user_id.as_deref(), Some("u1"));
    assert_eq!((settings.account_key.map(|key| key.value), settings.warnings), (Some("KEY".to_owned()), Vec::new()));
}

#[test]
fn numbers_have_a_greatest_value() {
    for (largest, larger) in [
        ("concurrency: 64", "concurrency: 65"),
        ("history: {keep_runs: 100000}", "history: {keep_runs: 100001}"),
        ("promote: {min_items: 1000000}", "promote: {min_items: 1000001}"),
        ("watch: {quiet: 3600s}", "watch: {quiet: 3601s}"),
    ] {
        let load = |text: &str| World::new(&[("home/work/scoresync.yaml", text)]).load("home/work").map(drop);
        assert_eq!((load(largest).is_ok(), load(larger).is_err()), (true, true), "{larger}");
    }
}

#[test]
fn a_broken_line_of_dotenv_is_skipped_and_not_repeated() {
    let world = World::new(&[("home/work/.env", "secret words here\nPLEXUS_ACCOUNT_KEY=a\nPLEXUS_ACCOUNT_KEY=b\n")]);
    let settings = world.load("home/work").expect("good settings");
    assert_eq!(settings.account_key().expect("set"), "b");
    assert_eq!(settings.warnings.len(), 1);
    assert!(!settings.warnings[0].contains("secret"));
}

#[test]
fn a_variable_without_meaning_is_refused() {
    for (name, value) in [("PLEXUS_GRAPHQL_AUTH_MODE", "token"), ("PLEXUS_ACTOR_CONTEXT_JSON", "{"), ("SCORESYNC_TRUST", "a/b")] {
        let error = World::new(&[]).with(name, value).load("home/work").expect_err(name);
        assert!(matches!(error, SettingsError::BadValue { .. }), "{error}");
    }
}

#[test]
fn attribution_comes_from_the_context_then_from_single_variables() {
    let world = World::new(&[])
        .with("PLEXUS_ACTOR_CONTEXT_JSON", r#"{"actor_type":"agent","actor_user_id":"u1"}"#)
        .with("PLEXUS_ACTOR_TYPE", "human")
        .with("PLEXUS_ACTOR_KEY", "optimizer");
    let actor = world.load("home/work").expect("good").actor.value;
    let expected = Actor { kind: "agent".into(), key: "optimizer".into(), source: "cli".into(), user_id: Some("u1".into()) };
    assert_eq!(actor, expected);
}

#[test]
fn what_is_missing_is_an_error_only_when_asked_for() {
    let settings = World::new(&[]).load("home/work").expect("nothing is needed to load");
    for error in [settings.endpoint().err(), settings.account_key().err(), settings.api_key().err()] {
        assert!(matches!(error, Some(SettingsError::Missing { .. })));
    }
}

#[test]
fn exported_aws_keys_beat_a_profile() {
    let world = World::new(&[("home/.aws/credentials", "[work]\naws_access_key_id=P\naws_secret_access_key=p\n")]);
    let world = world.with("AWS_PROFILE", "work");
    let key = |world: &World| world.load("home/work").expect("good settings").aws.expect("credentials").access_key_id;
    assert_eq!(key(&world), "P");
    assert_eq!(key(&world.with("AWS_ACCESS_KEY_ID", "E").with("AWS_SECRET_ACCESS_KEY", "e")), "E");
}

#[test]
#[cfg(unix)]
fn a_committed_root_stays_inside_and_no_root_is_private() {
    let with = |root: &str| World::new(&[("home/work/scoresync.yaml", &format!("root: {root}\n"))]).load("home/work");
    for (root, folder) in [("cards", "cards"), (".", "."), ("a/b", "a/b"), (".github", ".github"), ("./a", "a")] {
        let settings = with(root).unwrap_or_else(|error| panic!("{root}: {error}"));
        assert!(settings.root.value.ends_with(PathBuf::from("work").join(folder)), "{:?}", settings.root.value);
    }
    for bad in ["..", "../../..", "/abs", "a/../../b", "a/..", ".git", ".GIT/hooks", ".scoresync", "sub/.git/x", "'.git. '"] {
        assert!(matches!(with(bad), Err(SettingsError::BadRoot { .. })), "{bad}");
    }
    let dotenv = |root: &str| World::new(&[("home/work/.env", &format!("SCORECARD_CACHE_DIR={root}\n"))]);
    assert!(dotenv("cards").load("home/work").is_ok() && dotenv("../x").load("home/work").is_err());
    for (root, good) in [("/abs", true), ("../x", true), (".git/x", false), ("/r/.scoresync", false)] {
        assert_eq!(World::new(&[]).with("SCORECARD_CACHE_DIR", root).load("home/work").is_ok(), good, "{root}");
    }
    let world =
        World::new(&[("home/work/.git/hooks/x", ""), ("home/data/x", ""), ("home/work/scoresync.yaml", "root: cards/a\n")]);
    std::os::unix::fs::symlink("../data", world.at("home/work/cards")).expect("a link");
    assert!(world.load("home/work").is_ok(), "a person's link may lead out");
    fs::remove_file(world.at("home/work/cards")).expect("removed");
    std::os::unix::fs::symlink(".git/hooks", world.at("home/work/cards")).expect("a link");
    assert!(world.load("home/work").is_err(), "but not into a private folder");
}

/// Why the endpoint may be connected to; an error in one word.
fn grant(world: &World) -> Result<Grant, &'static str> {
    world.load("home/work").expect("good settings").grant().map_err(|error| match error {
        SettingsError::Untrusted(_) => "untrusted",
        SettingsError::PlainHttp { .. } => "plain",
        _ => "other",
    })
}

#[test]
fn a_signature_is_for_appsync_or_for_what_is_trusted_by_name() {
    let iam = |url: &str| {
        let world = World::new(&[]).with("PLEXUS_GRAPHQL_AUTH_MODE", "iam").with("PLEXUS_API_URL", url);
        world.with("AWS_ACCESS_KEY_ID", "A").with("AWS_SECRET_ACCESS_KEY", "s")
    };
    assert_eq!(grant(&iam("https://abc.appsync-api.eu-west-1.amazonaws.com/graphql")), Ok(Grant::Own));
    for other in ["https://abc.appsync-api.eu-west-1.amazonaws.com.evil.example/", "http://127.0.0.1:9/graphql"] {
        assert_eq!(grant(&iam(other)), Err("untrusted"), "{other}");
    }
    let trusted = Grant::Trusted(SettingSource::Variable("SCORESYNC_TRUST"));
    assert_eq!(grant(&iam("https://api.example/").with("SCORESYNC_TRUST", "x.example,api.example")), Ok(trusted));
    let theirs = "PLEXUS_API_URL=https://api.example/\nAWS_ACCESS_KEY_ID=A\nAWS_SECRET_ACCESS_KEY=s\n";
    let world = || World::new(&[("home/work/.env", theirs)]).with("PLEXUS_GRAPHQL_AUTH_MODE", "iam");
    assert_eq!(grant(&world()), Ok(Grant::SameFile));
    assert_eq!(grant(&world().with("AWS_SESSION_TOKEN", "mine")), Err("untrusted"), "one of three is the user's");
}

/// A signature for another region than that of the API is always refused.
#[test]
fn the_host_says_its_region_before_any_variable_does() {
    let region = |url: &str, variables: &[(&str, &str)]| {
        let world = variables.iter().fold(World::new(&[]), |world, (name, value)| world.with(name, value));
        let settings = world.with("PLEXUS_API_URL", url).load("home/work").expect("good settings");
        settings.region.map(|region| (region.value, region.source))
    };
    let (appsync, other) = ("https://abc.appsync-api.eu-west-1.amazonaws.com/graphql", "https://plexus.example/graphql");
    let of_shell: &[(&str, &str)] = &[("AWS_REGION", "us-east-1")];
    let of_host = Some(("eu-west-1".to_owned(), SettingSource::Variable("PLEXUS_API_URL")));
    assert_eq!(region(appsync, of_shell), of_host);
    assert_eq!(region(appsync, &[("PLEXUS_API_REGION", "us-east-1")]), of_host);
    assert_eq!(region(appsync, &[]), of_host, "doctor shows it, too");
    assert_eq!(region(other, of_shell), Some(("us-east-1".to_owned(), SettingSource::Variable("AWS_REGION"))));
    let own = Some(("eu-north-1".to_owned(), SettingSource::Variable("PLEXUS_API_REGION")));
    assert_eq!(region(other, &[("AWS_REGION", "us-east-1"), ("PLEXUS_API_REGION", "eu-north-1")]), own);
    assert_eq!(region(other, &[]), None);
}

#[test]
fn the_users_own_address_may_be_repeated_by_a_workspace() {
    let own = "plexus:\n  api_url: https://x.example/graphql\n  api_key: da2-key\n";
    let named = |url: &str| {
        let committed = format!("api_url: {url}\n");
        grant(&World::new(&[("home/.plexus/config.yaml", own), ("home/work/scoresync.yaml", &committed)]))
    };
    assert_eq!(named("https://x.example/v2/graphql"), Ok(Grant::Own));
    assert_eq!(named("https://x.example:8443/graphql"), Err("untrusted"));
    assert_eq!(named("http://x.example/graphql"), Err("plain"));
}

#[test]
fn nobody_but_the_user_says_what_is_trusted() {
    let url = "api_url: https://x.example/graphql\n";
    let world = World::new(&[
        ("home/work/scoresync.yaml", url),
        ("home/work/.env", "SCORESYNC_TRUST=x.example\nXDG_CONFIG_HOME=/nowhere\nHOME=/nowhere\n"),
        ("home/work/.config/scoresync/trusted", "x.example\n"),
    ]);
    let world = world.with("PLEXUS_API_KEY", "da2-key");
    assert_eq!(grant(&world), Err("untrusted"));
    let work = world.at("home/work").display().to_string();
    let source = SettingSource::HomeFile(world.at("home/work/.config/scoresync/trusted"));
    assert_eq!(grant(&world.with("XDG_CONFIG_HOME", &format!("{work}/.config"))), Ok(Grant::Trusted(source)));
}

#[test]
fn a_key_of_this_machine_goes_to_this_machine_only() {
    let local = |url: &str, key: &str| {
        grant(&World::new(&[("home/work/scoresync.yaml", &format!("api_url: {url}\n"))]).with("PLEXUS_API_KEY", key))
    };
    assert_eq!(local("http://127.0.0.1:8765/graphql", "local-1234"), Ok(Grant::ThisMachine));
    assert_eq!(local("http://127.0.0.1:8765/graphql", "da2-1234"), Err("untrusted"));
    assert_eq!(local("https://x.example/graphql", "local-1234"), Err("untrusted"));
    assert_eq!(local("http://x.example/graphql", "local-1234"), Err("plain"));
}

#[test]
#[cfg(unix)]
fn a_dashboard_in_a_file_is_opened_unasked_inside_the_workspace_only() {
    let file = |path: &str| World::new(&[("home/work/scoresync.yaml", &format!("api_url: file:{path}\n"))]);
    assert_eq!(grant(&file("sub/dashboard.db")), Ok(Grant::InWorkspace));
    assert_eq!(grant(&file("../other.db")), Err("untrusted"));
    assert_eq!(grant(&file("sub/../../other.db")), Err("untrusted"));
    assert_eq!(grant(&file("/tmp/other.db")), Err("untrusted"));
    assert_eq!(grant(&file("../other.db").with("PLEXUS_API_URL", "file:../other.db")), Ok(Grant::Own));
    let world = file("sub/link.db");
    fs::write(world.at("home/other.db"), "").expect("a file");
    std::os::unix::fs::symlink("../../other.db", world.at("home/work/sub/link.db")).expect("a link");
    assert_eq!(grant(&world), Err("untrusted"), "a link leads out");
    let (trusted, source) = (format!("file:{}", world.at("home/other.db").display()), SettingSource::Variable("SCORESYNC_TRUST"));
    assert_eq!(grant(&world.with("SCORESYNC_TRUST", &trusted)), Ok(Grant::Trusted(source)));
}
