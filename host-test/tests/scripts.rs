//! The scripts: those that keep the catalogue in step with PayPal's files and its server SDK, and the one that makes a release.
//! They need Python, git, and some of them PayPal's files (`specifications`). If one is missing, a test passes and prints why it
//! was skipped.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test panics to fail")]

mod specifications;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn python(script: &str, arguments: &[&Path]) -> Option<Output> {
    let done = Command::new("python3").arg(Path::new(ROOT).join("scripts").join(script)).args(arguments).output();
    done.inspect_err(|error| println!("skipped, no python3: {error}")).ok()
}

/// Returns a new directory for a test.
fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// The sources of the catalogue and what they make, by their names.
fn catalogue(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::from([("openapi.json".into(), fs::read_to_string(root.join("openapi.json")).unwrap())]);
    for folder in ["catalogue", "catalogue/schemas"] {
        for entry in fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                let name = Path::new(folder).join(entry.file_name());
                files.insert(name, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    files
}

/// Makes a copy of the catalogue, with `change` applied to one of its files.
fn changed_catalogue(root: &Path, file: &str, change: impl FnOnce(&str) -> String) {
    let mut files = catalogue(Path::new(ROOT));
    let text = files.get_mut(Path::new(file)).unwrap();
    *text = change(text);
    fs::create_dir_all(root.join("catalogue/schemas")).unwrap();
    files.iter().for_each(|(name, text)| fs::write(root.join(name), text).unwrap());
}

fn said(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

#[test]
fn the_catalogue_is_built_from_its_sources() {
    let Some(done) = python("catalogue", &[Path::new("check")]) else { return };
    assert!(done.status.success(), "{}", said(&done));
}

#[test]
fn a_stale_catalogue_is_found_and_built_again() {
    let root = scratch("stale");
    changed_catalogue(&root, "catalogue/products.json", |text| text.replace("Read a product", "Read one product"));
    let Some(done) = python("catalogue", &[Path::new("check"), &root]) else { return };
    assert!(!done.status.success());
    assert_eq!(
        said(&done),
        "openapi.json is not up to date with catalogue/ and the fixtures: run `scripts/catalogue build`\n"
    );

    let done = python("catalogue", &[Path::new("build"), &root]).unwrap();
    assert!(done.status.success(), "{}", said(&done));
    let built = fs::read_to_string(root.join("openapi.json")).unwrap();
    let before = fs::read_to_string(Path::new(ROOT).join("openapi.json")).unwrap();
    assert_eq!(built.replace("Read one product", "Read a product"), before);
    assert!(built != before && python("catalogue", &[Path::new("check"), &root]).unwrap().status.success());
}

#[test]
fn a_wrong_source_is_named_in_one_line() {
    type Change = fn(&str) -> String;
    let cases: [(&str, Change, &str); 6] = [
        (
            "catalogue/products.json",
            |text| text.replacen("\"paths\": {", "\"paths\" {", 1),
            "catalogue/products.json:2:11: Expecting ':' delimiter",
        ),
        (
            "catalogue/products.json",
            |text| text.replacen("\"patch\": {", "\"get\": {", 1),
            "catalogue/products.json: `get` is there twice in one object",
        ),
        (
            "catalogue/products.json",
            |text| text.replacen("\"/v1/catalogs/products\"", "\"/v2/checkout/orders\"", 1),
            "catalogue/products.json: `/v2/checkout/orders` is in catalogue/orders.json, too",
        ),
        (
            "catalogue/products.json",
            |text| text.replacen("\"products\"\n", "\"product\"\n", 1),
            "catalogue/products.json: the tag of products.create is not `products`",
        ),
        (
            "catalogue/triggers.json",
            |text| text.replacen("\"x-own\": true", "\"x-own\": false", 1),
            "catalogue/triggers.json: the schema `trigger` lacks `\"x-own\": true`",
        ),
        (
            "catalogue/common.json",
            |text| text.replacen("\"products.json\",", "", 1),
            "catalogue/common.json: `paths` does not list products.json",
        ),
    ];
    for (file, change, line) in cases {
        let root = scratch("wrong");
        changed_catalogue(&root, file, change);
        let before = catalogue(&root);
        let Some(done) = python("catalogue", &[Path::new("build"), &root]) else { return };
        assert_eq!((done.status.success(), said(&done)), (false, format!("{line}\n")));
        assert!(catalogue(&root) == before, "{line}");
    }
}

#[test]
fn importing_again_changes_nothing() {
    let files = match specifications::directory() {
        Ok(files) => files,
        Err(reason) => return println!("skipped: {reason}"),
    };
    let root = scratch("import");
    changed_catalogue(&root, "openapi.json", |_| "{}".to_owned());
    let Some(done) = python("import-schemas", &[&files, &root]) else { return };
    assert!(done.status.success() && !said(&done).contains("no place for"), "{}", said(&done));
    let (before, after) = (catalogue(Path::new(ROOT)), catalogue(&root));
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let changed: Vec<_> = names.into_iter().filter(|name| before.get(*name) != after.get(*name)).collect();
    assert!(changed.is_empty(), "the import would change {changed:?}");
}

#[test]
fn operations_that_only_an_sdk_has_are_listed() {
    let sdk = scratch("sdk");
    for directory in ["src/models", "src/controllers"] {
        fs::create_dir_all(sdk.join(directory)).unwrap();
    }
    let write = |file: &str, text: &str| fs::write(sdk.join("src").join(file), text).unwrap();
    write(
        "controllers/ordersController.ts",
        "const req = this.createRequest('POST', '/v2/checkout/orders');
    const mapped = req.prepareArgs({
      body: [body, orderRequestSchema],
    });
    return req.callAsJson(orderSchema, requestOptions);",
    );
    write(
        "models/orderRequest.ts",
        "export interface OrderRequest {
  /** This field supports up to 3 characters. */
  intent?: Intent;
  later?: string;
}
export const orderRequestSchema: Schema<OrderRequest> = lazy(() =>
  object({
    intent: ['intent', optional(intentSchema)],
    later: ['not_known_yet', optional(string())],
  })
);",
    );
    write(
        "models/intent.ts",
        "export enum Intent {
  Capture = 'CAPTURE',
  Later = 'LATER',
}
export const intentSchema: Schema<Intent> = stringEnum(Intent, true);",
    );
    let Some(done) = python("compare-sdk", &[&sdk]) else { return };
    let lines = String::from_utf8_lossy(&done.stdout);
    assert_eq!(
        lines.lines().collect::<Vec<_>>(),
        [
            "field OrderRequest.not_known_yet in order_request (not listed)",
            "optional OrderRequest.intent in order_request (not listed)",
            "value OrderRequest.intent=LATER in order_request (not listed)",
        ]
    );
    assert_eq!(done.status.code(), Some(1));
}

/// Makes a repository with these files in `openapi/`. Returns the id of its only commit.
fn repository(directory: &Path, files: &[(String, Vec<u8>)]) -> Option<String> {
    fs::create_dir_all(directory.join("openapi")).unwrap();
    for (name, text) in files {
        fs::write(directory.join("openapi").join(name), text).unwrap();
    }
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
            .arg("-C")
            .arg(directory)
            .args(arguments);
        let done = git.output().inspect_err(|error| println!("skipped, no git: {error}")).ok()?;
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        Some(String::from_utf8(done.stdout).unwrap().trim().to_owned())
    };
    git(&["init", "--quiet"])?;
    git(&["add", "."])?;
    git(&["commit", "--quiet", "--message", "Add files"])?;
    git(&["rev-parse", "HEAD"])
}

fn known_files() -> Vec<String> {
    let known: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(&fs::read(Path::new(ROOT).join("scripts/specifications.json")).unwrap()).unwrap();
    known.keys().cloned().collect()
}

#[test]
fn fetched_specifications_are_those_of_the_commit() {
    let scratch = scratch("fetch");
    let made_up: Vec<_> = known_files().into_iter().map(|name| (name, b"{\"paths\": {}}".to_vec())).collect();
    let source = scratch.join("source");
    let Some(commit) = repository(&source, &made_up) else { return };
    let target = scratch.join("target");
    let Some(done) = python("fetch-specifications", &[Path::new(&commit), &target, &source]) else { return };
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    for (name, text) in &made_up {
        assert_eq!(fs::read(target.join(name)).unwrap(), *text, "{name}");
        assert!(said.contains(&format!("differs from what the catalogue was made from: {name}")), "{said}");
    }

    for commit in ["main", "0123456789012345678901234567890123456789"] {
        let other = scratch.join("other");
        let done = python("fetch-specifications", &[Path::new(commit), &other, &source]).unwrap();
        assert!(!done.status.success() && !other.exists(), "{commit}");
    }
}

#[test]
fn a_commit_without_one_of_the_specifications_leaves_nothing() {
    let scratch = scratch("fetch-incomplete");
    let made_up: Vec<_> = known_files().into_iter().skip(1).map(|name| (name, b"{}".to_vec())).collect();
    let Some(commit) = repository(&scratch.join("source"), &made_up) else { return };
    let target = scratch.join("target");
    let Some(done) = python("fetch-specifications", &[Path::new(&commit), &target, &scratch.join("source")]) else {
        return;
    };
    assert!(!done.status.success() && !target.exists());
    assert!(String::from_utf8_lossy(&done.stderr).contains(&known_files()[0]));
}

#[test]
fn the_specifications_of_the_catalogue_are_recognised() {
    let files = match specifications::directory() {
        Ok(files) => files,
        Err(reason) => return println!("skipped: {reason}"),
    };
    let scratch = scratch("fetch-known");
    let source: Vec<_> =
        known_files().into_iter().map(|name| (name.clone(), fs::read(files.join(name)).unwrap())).collect();
    let Some(commit) = repository(&scratch.join("source"), &source) else { return };
    let target = scratch.join("target");
    let Some(done) = python("fetch-specifications", &[Path::new(&commit), &target, &scratch.join("source")]) else {
        return;
    };
    assert_eq!((done.status.success(), &*String::from_utf8_lossy(&done.stderr)), (true, ""));

    // Recording them again changes nothing. The script writes next to itself.
    let scripts = Path::new(ROOT).join("scripts");
    for name in ["fetch-specifications", "specifications.json"] {
        fs::copy(scripts.join(name), scratch.join(name)).unwrap();
    }
    let mut note = Command::new("python3");
    let noted = note.arg(scratch.join("fetch-specifications")).arg("--record").arg(&files).output().unwrap();
    assert!(noted.status.success(), "{}", String::from_utf8_lossy(&noted.stderr));
    let read = |directory: &Path| fs::read_to_string(directory.join("specifications.json")).unwrap();
    assert_eq!(read(&scratch), read(&scripts), "scripts/specifications.json is of other files");
}

#[test]
fn a_release_needs_its_version_in_manifest_and_changelog() {
    let notes = |tag: &str| Command::new(Path::new(ROOT).join("scripts/release-notes")).arg(tag).output().unwrap();
    let done = notes("v99.0.0");
    assert!(!done.status.success() && done.stdout.is_empty());
    assert!(said(&done).contains("the tag is v99.0.0, and the version in Cargo.toml"), "{}", said(&done));

    let version = env!("CARGO_PKG_VERSION");
    let done = notes(&format!("v{version}"));
    let changelog = fs::read_to_string(Path::new(ROOT).join("CHANGELOG.md")).unwrap();
    if changelog.contains(&format!("\n## [{version}]")) {
        let notes = String::from_utf8(done.stdout).unwrap();
        assert!(notes.contains("###") && !notes.contains("## ["), "{notes}");
    } else {
        assert!(said(&done).contains(&format!("CHANGELOG.md says nothing of {version}")), "{}", said(&done));
    }
}

#[test]
fn a_release_removes_nothing_but_a_release() {
    let directory = scratch("release");
    fs::write(directory.join("letter"), "mine").unwrap();
    // Many directories have such a file.
    fs::write(directory.join("SHA256SUMS"), "").unwrap();
    for (argument, reason) in [(directory.as_path(), "is no release"), (Path::new(ROOT), "it would be removed")] {
        let done = Command::new(Path::new(ROOT).join("scripts/release")).arg(argument).output().unwrap();
        assert!(!done.status.success() && said(&done).contains(reason), "{}", said(&done));
    }
    assert_eq!(fs::read_to_string(directory.join("letter")).unwrap(), "mine");
}

#[test]
fn a_changed_release_is_noticed() {
    let directory = scratch("changed-release");
    fs::write(directory.join("LICENSE"), "changed").unwrap();
    fs::write(directory.join("SHA256SUMS"), format!("{}  LICENSE\n", "0".repeat(64))).unwrap();
    let Some(done) = python("check-release", &[&directory]) else { return };
    assert!(!done.status.success() && said(&done).contains("LICENSE has another SHA-256"), "{}", said(&done));
}

#[test]
fn an_incomplete_release_is_noticed() {
    let directory = scratch("incomplete-release");
    let digests = "paypal-connector:0.1.0 sha256:0\n";
    // Of `digests`.
    let sum = "11c494bec6f38ccbbdfdb2882103ab0f7953fcd5ba85beb134de3f3206dbbdf3";
    fs::write(directory.join("oci-digests.txt"), digests).unwrap();
    fs::write(directory.join("SHA256SUMS"), format!("{sum}  oci-digests.txt\n")).unwrap();
    let Some(done) = python("check-release", &[&directory]) else { return };
    assert!(!done.status.success());
    for missing in
        ["paypal_service.wasm", "oci.tar", "paypal-connector-0.1.0.tgz", "paypal_connector-0.1.0-py3-none-any.whl"]
    {
        assert!(said(&done).contains(missing), "{}", said(&done));
    }
}
