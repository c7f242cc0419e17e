//! Layouts whose files were changed.

use std::{fs, os::unix::fs::symlink, path::Path, sync::mpsc, time::Duration};

use tempfile::TempDir;

use super::{COMPONENT, manifest_of, said, wrong_manifests};
use crate::{
    Client,
    oci::{OciError, OciReference, digest::Digest},
};

/// Makes a layout with these blobs.
fn layout(blobs: &[&[u8]]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir_all(directory.path().join("blobs/sha256")).unwrap();
    fs::write(directory.path().join("oci-layout"), r#"{"imageLayoutVersion": "1.0.0"}"#).unwrap();
    for bytes in blobs {
        fs::write(blob(directory.path(), bytes), bytes).unwrap();
    }
    directory
}

fn blob(layout: &Path, bytes: &[u8]) -> std::path::PathBuf {
    layout.join("blobs/sha256").join(Digest::of(bytes).digits())
}

async fn read(layout: &Path, manifest: &[u8]) -> Result<Vec<u8>, OciError> {
    let reference = format!("oci-layout:{}@{}", layout.display(), Digest::of(manifest));
    reference.parse::<OciReference>()?.read(&Client::new(), None).await
}

#[tokio::test]
async fn a_component_is_read() {
    let manifest = manifest_of(COMPONENT).to_string().into_bytes();
    let layout = layout(&[&manifest, COMPONENT]);
    assert_eq!(read(layout.path(), &manifest).await.unwrap(), COMPONENT);
    // Also if a part of the path is a link, and if a blob is one to another file of the layout.
    let links = tempfile::tempdir().unwrap();
    symlink(layout.path(), links.path().join("link")).unwrap();
    assert_eq!(read(&links.path().join("link"), &manifest).await.unwrap(), COMPONENT);
    fs::rename(blob(layout.path(), COMPONENT), layout.path().join("elsewhere")).unwrap();
    symlink("../../elsewhere", blob(layout.path(), COMPONENT)).unwrap();
    assert_eq!(read(layout.path(), &manifest).await.unwrap(), COMPONENT);
}

/// With one thread for blocking, which is busy: like a disk that does not answer.
#[test]
fn the_runtime_goes_on_while_the_disk_is_slow_and_gives_it_up() {
    let manifest = manifest_of(COMPONENT).to_string().into_bytes();
    let layout = layout(&[&manifest, COMPONENT]);
    let text = format!("oci-layout:{}@{}", layout.path().display(), Digest::of(&manifest));
    let reference: OciReference = text.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let (release, released) = mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || released.recv());
        let late = said(reference.read_within(Duration::from_millis(50), &Client::new(), None).await);
        assert!(late.contains(": takes longer than"), "{late}");
        release.send(()).unwrap();
        busy.await.unwrap().unwrap();
        assert_eq!(reference.read(&Client::new(), None).await.unwrap(), COMPONENT);
    });
}

#[tokio::test]
async fn what_was_changed_is_refused() {
    let manifest = manifest_of(COMPONENT).to_string().into_bytes();
    let other = b"\0asm\x0d\0\x01\0 and less";
    assert_eq!(COMPONENT.len(), other.len());
    for (bytes, reason) in [
        (&other[..], "has the digest sha256:"),
        (&COMPONENT[..9], "has 9 bytes; the manifest says 17"),
        (&[COMPONENT, b"x"].concat(), "has more than 17 bytes"),
    ] {
        let layout = layout(&[&manifest, COMPONENT]);
        fs::write(blob(layout.path(), COMPONENT), bytes).unwrap();
        let said = said(read(layout.path(), &manifest).await);
        assert!(said.contains(reason), "{said}");
        fs::write(blob(layout.path(), &manifest), [&manifest[..], b" "].concat()).unwrap();
        let said = super::said(read(layout.path(), &manifest).await);
        assert!(said.contains("has the digest sha256:"), "{said}");
    }
    for (manifest, reason) in wrong_manifests() {
        let manifest = manifest.to_string().into_bytes();
        let said = said(read(layout(&[&manifest, COMPONENT]).path(), &manifest).await);
        assert!(said.contains(reason), "{said}");
    }
}

#[tokio::test]
async fn nothing_outside_the_layout_is_read() {
    let manifest = manifest_of(COMPONENT).to_string().into_bytes();
    // The right bytes, but not in the layout; a device that never ends; a directory.
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), COMPONENT).unwrap();
    for (target, reason) in [
        (outside.path(), "is a link that leads out of the layout"),
        (Path::new("/dev/zero"), "is a link that leads out of the layout"),
        (Path::new("."), "is not a file"),
    ] {
        let layout = layout(&[&manifest]);
        symlink(target, blob(layout.path(), COMPONENT)).unwrap();
        let said = said(read(layout.path(), &manifest).await);
        assert!(said.contains(reason), "{said}");
    }
}

#[tokio::test]
async fn a_directory_has_to_be_a_layout() {
    let manifest = manifest_of(COMPONENT).to_string().into_bytes();
    let layout = layout(&[&manifest, COMPONENT]);
    for (mark, reason) in [
        (r#"{"imageLayoutVersion": "2.0.0"}"#.to_owned(), "does not name the version 1.0.0"),
        ("{}".to_owned(), "does not name the version 1.0.0"),
        (" ".repeat(5000), "has more than 4096 bytes"),
    ] {
        fs::write(layout.path().join("oci-layout"), mark).unwrap();
        let said = said(read(layout.path(), &manifest).await);
        assert!(said.contains(reason), "{said}");
    }
    fs::remove_file(layout.path().join("oci-layout")).unwrap();
    assert!(said(read(layout.path(), &manifest).await).contains("No such file"));
    assert!(said(read(Path::new("/nowhere"), &manifest).await).contains("/nowhere: No such file"));
}
