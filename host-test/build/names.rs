//! Removes the names of a component's parts, which the linker adds even if it strips the modules' own: 25 KB that only a
//! debugger reads.

use anyhow::{Context, Result};

/// The custom section with the names, after the length of its name.
const NAMES: &[u8] = b"\x0ecomponent-name";

/// A component without its names.
///
/// # Errors
/// If it is no sequence of sections: <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>
pub(crate) fn strip(component: &[u8]) -> Result<Vec<u8>> {
    let (preamble, mut rest) = component.split_at_checked(8).context("the component has no preamble")?;
    let mut stripped = preamble.to_vec();
    while let Some((id, after_id)) = rest.split_first() {
        let (length, content) = length(after_id).context("a section of the component has no length")?;
        let (content, next) = content.split_at_checked(length).context("a section of the component is cut off")?;
        if *id != 0 || !content.starts_with(NAMES) {
            stripped.extend(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Ok(stripped)
}

/// Reads a number in LEB128.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let last = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)?;
    let (number, rest) = bytes.split_at(last + 1);
    Some((number.iter().rev().fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f)), rest))
}
