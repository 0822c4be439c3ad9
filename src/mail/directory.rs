//! Mail into a folder: one `.eml` file each, which any mail program opens. For demos and for trying out.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Mail, SendError};

/// Writes `notice-17-closed.eml` whole or not at all: first under another name, then renamed. The same mail sent again
/// replaces its file, so a retry leaves no second copy.
pub(super) async fn send(folder: &Path, mail: &Mail) -> Result<(), SendError> {
    let (folder, name, bytes) = (folder.to_owned(), format!("{}.eml", mail.name), mail.formatted());
    let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
    match written {
        Ok(result) => result.map(|_| ()).map_err(|error| SendError::Unavailable(error.to_string())),
        Err(error) => Err(SendError::Unavailable(error.to_string())),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".mail-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let path = folder.join(name);
    file.persist(&path)?;
    Ok(path)
}
