//! OCI image layouts: directories with the content of a registry.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{digest::Digest, error::OciError};

/// The file that makes a directory a layout, what it has at most, and the version that it names.
const MARK: &str = "oci-layout";
const MAX_MARK: u64 = 4096;
const VERSION: &str = "1.0.0";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    image_layout_version: String,
}

/// A layout, by the path without links.
pub(super) struct Layout(PathBuf);

impl Layout {
    /// Opens a layout.
    pub(super) fn open(directory: &Path) -> Result<Self, OciError> {
        let root = directory.canonicalize().map_err(|error| unreadable(directory, error))?;
        let layout = Self(root);
        let mark = layout.file(Path::new(MARK), MAX_MARK)?;
        let version = serde_json::from_slice::<Mark>(&mark).map(|mark| mark.image_layout_version);
        if version.as_deref().ok() != Some(VERSION) {
            return Err(unreadable(directory, format!("{MARK} does not name the version {VERSION}")));
        }
        Ok(layout)
    }

    /// Reads a blob. It has to be `size` bytes long, if that is known, and at most `most`.
    pub(super) fn blob(&self, digest: &Digest, size: Option<u64>, most: u64) -> Result<Vec<u8>, OciError> {
        let bytes = self.file(&Path::new("blobs/sha256").join(digest.digits()), size.unwrap_or(most))?;
        let refused = |reason| OciError::Refused { what: digest.to_string(), reason };
        if let Some(size) = size.filter(|size| *size != bytes.len() as u64) {
            return Err(refused(format!("has {} bytes; the manifest says {size}", bytes.len())));
        }
        digest.refusal(&bytes).map_or(Ok(bytes), |reason| Err(refused(reason)))
    }

    /// Reads a file of at most `most` bytes. A link that leads out of the layout, or to anything but a file, is refused:
    /// reading a device or a pipe may never end.
    fn file(&self, name: &Path, most: u64) -> Result<Vec<u8>, OciError> {
        let path = self.0.join(name);
        let real = path.canonicalize().map_err(|error| unreadable(&path, error))?;
        if !real.starts_with(&self.0) {
            return Err(unreadable(&path, "is a link that leads out of the layout"));
        }
        let metadata = fs::metadata(&real).map_err(|error| unreadable(&path, error))?;
        if !metadata.is_file() {
            return Err(unreadable(&path, "is not a file"));
        }
        let mut bytes = Vec::new();
        let read = File::open(&real).and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes));
        read.map_err(|error| unreadable(&path, error))?;
        if bytes.len() as u64 > most {
            return Err(unreadable(&path, format!("has more than {most} bytes")));
        }
        Ok(bytes)
    }
}

fn unreadable(path: &Path, reason: impl ToString) -> OciError {
    OciError::Layout { path: path.display().to_string(), reason: reason.to_string() }
}
